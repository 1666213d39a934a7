"""What was found -> a verdict on each source."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from es_loader.doctor.arrivals import Arrivals, Last, Trouble
from es_loader.doctor.calls import Aws
from es_loader.doctor.deployed import Deployed, Source
from es_loader.doctor.findings import Finding, Level
from es_loader.doctor.probes import probe
from es_loader.doctor.probes.look import Look

RARE = frozenset({"guardduty", "securityhub"})
"""Log types of findings: if there are none, none come."""


_STREAM = "AWS::KinesisFirehose::DeliveryStream"


class Verdict(Enum):
    """One word on a source, the worst first."""

    BROKEN = "broken"
    FAILING = "failing"
    SILENT = "silent"
    UNKNOWN = "unknown"
    QUIET = "quiet"
    DELIVERING = "delivering"

    @property
    def is_bad(self) -> bool:
        """Whether somebody has to do something."""
        return self in {Verdict.BROKEN, Verdict.FAILING, Verdict.SILENT}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One source, or a log type that comes without one.

    Attributes:
        name: of the source or the log type.
        title: the service, as AWS writes it.
        log_types: that it has.
        page: from the root of the project.
        verdict: see there.
        last: what came last.
        trouble: what went wrong last.
        findings: of its resources, the region in front where it is not the stack's.
    """

    name: str
    title: str
    log_types: tuple[str, ...]
    page: str
    verdict: Verdict
    last: Last | None
    trouble: Trouble | None
    findings: tuple[Finding, ...] = ()


def diagnoses(
    aws: Aws, there: Deployed, arrivals: Arrivals, *, since: datetime, now: datetime, wanted: frozenset[str]
) -> Iterator[Diagnosis]:
    """Yield one for each source, then for each log type that comes or fails without one.

    Args:
        aws: in the stack's region.
        there: what is deployed.
        arrivals: what es-loader tells.
        since: of the time that is looked at.
        now: its end.
        wanted: names of sources and log types; empty for all.
    """
    ours: set[str] = set()
    for name, sources in _by_name(there.sources).items():
        source = replace(sources[0], log_types=_log_types(sources, arrivals))
        ours |= set(source.log_types)
        if not wanted or wanted & {name, *source.log_types}:
            findings = [finding for one in sources for finding in _findings(aws, there, one, since, now)]
            yield _diagnosis(source, findings, arrivals)
    seen = {*arrivals.last, *filter(None, arrivals.troubles), *wanted - {one.name for one in there.sources}} - ours
    for log_type in sorted(seen & wanted if wanted else seen):
        yield _diagnosis(by_hand(log_type), [], arrivals)


def by_hand(log_type: str) -> Source:
    """Return what stands for a log type that no source of ours makes come."""
    return Source(log_type, "switched on by hand", (log_type,), f"docs/log-types/{log_type}.md", ())


def _by_name(sources: Iterable[Source]) -> Mapping[str, list[Source]]:
    found: dict[str, list[Source]] = {}
    for one in sources:
        found.setdefault(one.name, []).append(one)
    return dict(sorted(found.items()))


def _log_types(sources: Iterable[Source], arrivals: Arrivals) -> tuple[str, ...]:
    """Return a source's log types, with those of the user's own that came by one of its streams."""
    declared = [log_type for one in sources for log_type in one.log_types]
    streams = tuple(f"{each.name}-" for one in sources for each in one.resources if each.kind == _STREAM)
    by_stream = [name for name, last in arrivals.last.items() if last.key.rpartition("/")[2].startswith(streams)]
    return tuple(dict.fromkeys((*declared, *by_stream)))


def _findings(aws: Aws, there: Deployed, source: Source, since: datetime, now: datetime) -> Iterator[Finding]:
    for resource in source.resources:
        region = resource.region if resource.region != aws.region else None
        look = Look(aws.there(resource.region), there.names, since, now)
        for one in probe(look, resource):
            text = f"{region}: {one.text}" if region else one.text
            yield Finding(one.level, text, one.hint, one.page or f"{source.page}#when-nothing-comes", one.permission)


def _diagnosis(source: Source, findings: list[Finding], arrivals: Arrivals) -> Diagnosis:
    last = max((arrivals.last[each] for each in source.log_types if each in arrivals.last), default=None)
    trouble = max((arrivals.troubles[each] for each in source.log_types if each in arrivals.troubles), default=None)
    if last:
        objects = sum(arrivals.last[each].objects for each in source.log_types if each in arrivals.last)
        last = last._replace(objects=objects)
    verdict = _verdict(source, findings, last, trouble, arrivals)
    return Diagnosis(
        source.name, source.title, source.log_types, source.page, verdict, last, trouble, tuple(dict.fromkeys(findings))
    )


def _verdict(
    source: Source, findings: list[Finding], last: Last | None, trouble: Trouble | None, arrivals: Arrivals
) -> Verdict:
    if any(one.level is Level.WRONG for one in findings):
        return Verdict.BROKEN
    if trouble and trouble.is_loss and (last is None or trouble.time >= last.time):
        return Verdict.FAILING
    if last:
        return Verdict.DELIVERING
    if arrivals.blind:
        return Verdict.UNKNOWN
    return Verdict.QUIET if set(source.log_types) <= RARE else Verdict.SILENT
