"""`es-loader setup --endpoint URL`: the same setup of a domain that the stack runs."""

from argparse import Namespace

from es_loader.commands.terminal import configuration, console
from es_loader.exit_codes import FOUND_PROBLEMS, OK


def run(arguments: Namespace) -> int:
    """Put everything in place and print each change; with a dry run, what differs and how."""
    from domain_setup.access import Access  # noqa: PLC0415 - as below
    from domain_setup.setup import run as set_up  # noqa: PLC0415 - knows the OpenSearch client, slow to import

    config = configuration(arguments)
    out = console()
    for change in set_up(
        endpoint=arguments.endpoint,
        region=arguments.region,
        config=config,
        access=Access(tuple(arguments.loader), tuple(arguments.analyst), tuple(arguments.administrator)),
        dry_run=arguments.dry_run,
        downgrade=arguments.downgrade,
    ):
        for line in change.lines() if arguments.dry_run else (str(change),):
            out.print(line)
    return FOUND_PROBLEMS if config.problems else OK
