"""`es-loader doctor`: is each log source delivering; if not, what is wrong, and what to do."""

import difflib
import re
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from es_loader.classify import classify
from es_loader.commands import doctor_report as report
from es_loader.commands.stack import Stack, client, outputs
from es_loader.commands.terminal import configuration
from es_loader.declarations import Config
from es_loader.doctor.arrivals import arrivals
from es_loader.doctor.calls import Aws, CannotLook, Refused
from es_loader.doctor.core import Checked, Core, checks
from es_loader.doctor.deployed import Deployed, deployed
from es_loader.doctor.diagnosis import diagnoses
from es_loader.doctor.findings import Finding, Level
from es_loader.errors import AccessError, ConfigError, RetryableError
from es_loader.exit_codes import FOUND_PROBLEMS, OK

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def run(arguments: Namespace) -> int:
    """Look at everything, print it, and tell whether all is well."""
    now = datetime.now(UTC)
    since = now - _duration(arguments.since)
    config = configuration(arguments)
    stack = Stack(arguments.stack, arguments.region)
    function = stack.output("LoaderFunction")
    aws = Aws(client, stack.client("cloudformation").meta.region_name)
    there = _deployed(aws, stack)
    wanted = _wanted(arguments.sources, there, config)
    found = arrivals(
        aws, f"/aws/lambda/{function}", partial(_log_type, config), since=_epoch_ms(since), now=_epoch_ms(now)
    )
    core = [*checks(Core(aws, stack.output, found, _epoch_ms(now))), *_aside(there.findings)]
    sources = list(diagnoses(aws, there, found, since=since, now=now, wanted=wanted))
    (report.print_json if arguments.json else report.print_tables)(core, sources, since=arguments.since, now=now)
    is_bad = any(one.verdict.is_bad for one in sources) or any(one.finding.level is Level.WRONG for one in core)
    return FOUND_PROBLEMS if is_bad else OK


def _deployed(aws: Aws, stack: Stack) -> Deployed:
    try:
        return deployed(aws, stack.name, outputs(stack.name, stack.region))
    except CannotLook as exc:
        raise AccessError(f"stack {stack.name}: {exc}") from exc
    except Refused as exc:
        raise RetryableError(f"stack {stack.name}: {exc}") from exc


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"([1-9][0-9]{0,3})([mhd])", text)
    if match is None:
        raise ConfigError(f"--since {text}: not a number of minutes, hours or days such as 90m, 24h or 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _epoch_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _log_type(config: Config, key: str) -> str | None:
    found = classify(config, key)
    return found.name if found else None


def _wanted(names: Sequence[str], there: Deployed, config: Config) -> frozenset[str]:
    """Return the names that were given.

    Raises:
        ConfigError: one of them is neither a source of the stack nor a log type.
    """
    known = {one.name for one in there.sources} | config.log_types.keys()
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name.replace("_", ""), known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(sorted(known))}"
            raise ConfigError(f"{name} is neither a log source that this stack switches on nor a log type; {hint}")
    return frozenset(names)


def _aside(findings: Sequence[Finding]) -> list[Checked]:
    return [Checked("other regions", finding) for finding in findings]
