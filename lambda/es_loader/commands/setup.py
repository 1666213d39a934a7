"""`es-loader setup --endpoint URL`: the same setup of a domain that the stack runs."""

from argparse import Namespace
from typing import TYPE_CHECKING

from es_loader.commands.terminal import configuration, console
from es_loader.errors import ConfigError
from es_loader.exit_codes import FOUND_PROBLEMS, OK

if TYPE_CHECKING:
    from domain_setup.snapshots import Snapshots

SNAPSHOTS_NEED = ("snapshot_bucket", "region", "snapshot_role")


def run(arguments: Namespace) -> int:
    """Put everything in place and print each change; with a dry run, what differs and how."""
    from domain_setup.access import Access  # noqa: PLC0415 - as below
    from domain_setup.plan import Deployment  # noqa: PLC0415 - as below
    from domain_setup.setup import run as set_up  # noqa: PLC0415 - knows the OpenSearch client, slow to import

    config = configuration(arguments)
    out = console()
    for change in set_up(
        endpoint=arguments.endpoint,
        region=arguments.region,
        config=config,
        access=Access(tuple(arguments.loader), tuple(arguments.analyst), tuple(arguments.administrator)),
        deployment=Deployment(_snapshots(arguments), arguments.replicas),
        dry_run=arguments.dry_run,
        downgrade=arguments.downgrade,
    ):
        for line in change.lines() if arguments.dry_run else (str(change),):
            out.print(line)
    return FOUND_PROBLEMS if config.problems else OK


def _snapshots(arguments: Namespace) -> "Snapshots | None":
    """Return where snapshots go; None if the command line says nothing of them."""
    from domain_setup.snapshots import Snapshots  # noqa: PLC0415 - as above

    if not (arguments.snapshot_bucket or arguments.snapshot_role):
        return None
    missing = [f"--{name.replace('_', '-')}" for name in SNAPSHOTS_NEED if not getattr(arguments, name)]
    if missing:
        raise ConfigError(f"snapshots need {' and '.join(missing)}, too: the bucket, its region, and the domain's role")
    return Snapshots(arguments.snapshot_bucket, arguments.region, arguments.snapshot_role, arguments.snapshot_days)
