"""The deployed stacks -> their log sources, each with its resources.

siem_stack/log_sources/__init__.py writes what a source is into the template's metadata.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from es_loader.doctor.calls import Aws, CannotLook, Refused
from es_loader.doctor.findings import Finding, Level

METADATA = "LogSources"
_PAGES = 20
_AT_A_TIME = 8
_NO_STACK = "ValidationError"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a source.

    Attributes:
        kind: its type, as CloudFormation writes it.
        name: its physical id, which is what `Ref` is of it; empty if it was never made.
        status: of CloudFormation, empty if the stack does not have it.
        region: None for that of the environment.
        properties: of the template; the names of other resources among them are known.
    """

    kind: str
    name: str
    status: str = "CREATE_COMPLETE"
    region: str | None = None
    properties: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One log source in one stack; `page` is from the root of the project."""

    name: str
    title: str
    log_types: tuple[str, ...]
    page: str
    resources: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class Deployed:
    """All that is deployed.

    Attributes:
        sources: of all stacks; one that is in several regions is there several times.
        names: physical ids of all resources of all stacks, to tell ours from others'.
        findings: what could not be looked at.
    """

    sources: tuple[Source, ...]
    names: frozenset[str]
    findings: tuple[Finding, ...] = ()


def deployed(aws: Aws, stack: str, outputs: Mapping[str, str]) -> Deployed:
    """Return what a stack and those of its other regions have.

    Raises:
        CannotLook, Refused: the stack itself cannot be looked at.
    """
    sources, names = _stack(aws, stack)
    others, findings = _others(aws, stack)
    for one in others:
        region = one.removeprefix(f"{stack}-")
        try:
            more, more_names = _stack(aws.there(region), one)
        except CannotLook as exc:
            findings = [*findings, Finding(Level.UNKNOWN, f"{region}: cannot look: {exc}", permission=exc.permission)]
        else:
            sources, names = (*sources, *more), names | more_names
    return Deployed(sources, names | frozenset(outputs.values()), tuple(findings))


def _stack(aws: Aws, name: str) -> tuple[tuple[Source, ...], frozenset[str]]:
    template = aws.ask("cloudformation", "get_template", StackName=name)["TemplateBody"]
    pages = aws.pages("cloudformation", "list_stack_resources", most=_PAGES, StackName=name)
    there = {one["LogicalResourceId"]: one for page in pages for one in page["StackResourceSummaries"]}
    names = frozenset(one.get("PhysicalResourceId", "") for one in there.values()) - {""}
    return tuple(_sources(template, there, aws.region)), names


def _sources(template: Any, there: Mapping[str, Mapping[str, Any]], region: str | None) -> Iterator[Source]:
    for name, found in template.get("Metadata", {}).get(METADATA, {}).items():
        resources = tuple(
            _resource(declared, logical_id, there, region)
            for logical_id in found["Resources"]
            if (declared := template["Resources"].get(logical_id))
            if logical_id in there or "Condition" not in declared
        )
        if resources:  # else it is on, but in no region of this stack
            yield Source(name, found["Title"], tuple(found["LogTypes"]), found["Page"], resources)


def _resource(
    declared: Mapping[str, Any], logical_id: str, there: Mapping[str, Mapping[str, Any]], region: str | None
) -> Resource:
    found = there.get(logical_id, {})
    properties = {name: _resolved(value, there) for name, value in declared.get("Properties", {}).items()}
    return Resource(
        declared["Type"], found.get("PhysicalResourceId", ""), found.get("ResourceStatus", ""), region, properties
    )


def _resolved(value: Any, there: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return a property that is the name of another resource as that name, and others as they are."""
    if isinstance(value, Mapping) and value.keys() == {"Ref"}:
        return there.get(value["Ref"], {}).get("PhysicalResourceId", value)
    return value


def _others(aws: Aws, stack: str) -> tuple[list[str], Iterable[Finding]]:
    """Return the names of the stacks in other regions, which siem_stack/log_sources_stack.py makes."""
    try:
        regions = [one["RegionName"] for one in aws.ask("ec2", "describe_regions")["Regions"]]
    except CannotLook as exc:
        return [], [Finding(Level.UNKNOWN, f"other regions: cannot look: {exc}", permission=exc.permission)]
    for region in regions:
        aws.clients("cloudformation", region)  # boto3 makes clients in one thread only
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        states = dict(zip(regions, pool.map(lambda region: _is_there(aws.there(region), stack), regions), strict=True))
    denied = [region for region, state in states.items() if state is None]
    text = f"regions {' '.join(denied)}: cannot look: needs cloudformation:DescribeStacks there"
    return [f"{stack}-{region}" for region, state in states.items() if state], (
        [Finding(Level.UNKNOWN, text, permission="cloudformation:DescribeStacks")] if denied else []
    )


def _is_there(aws: Aws, stack: str) -> bool | None:
    """Tell whether a region has a stack of ours; None if that is not told."""
    try:
        aws.ask("cloudformation", "describe_stacks", StackName=f"{stack}-{aws.region}")
    except Refused as exc:
        return False if exc.code == _NO_STACK else None
    except CannotLook:
        return None
    return True
