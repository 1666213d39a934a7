"""All that is deployed in one way or another -> templates, and what cdk-nag says of them.

The settings' defaults and every setting at another value, in each region and where the region is not known, which is
how the CDK command line has it; and each setting alone.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk

from app import add_stacks
from siem_stack.checks import check
from siem_stack.log_sources import log_sources
from siem_stack.regions import partition
from siem_stack.settings import PREFIX, from_context
from tests.siem_stack.conftest import NO_BUNDLING, OTHER, alone

ROOT = Path(__file__).parents[2]
REGIONS = ("us-east-1", "ap-northeast-1", "us-gov-west-1", "cn-north-1")
PARTITIONS = {"us-gov-west-1": "aws-us-gov", "cn-north-1": "aws-cn"}
COMMERCIAL = re.compile(r"\b(?:ap|eu|us)-[a-z]+-[0-9]\b")
ANY = "any region"
"""Not known when the template is made."""

OTHER_REGIONS = {"us-gov-west-1": "us-gov-east-1", "cn-north-1": "cn-northwest-1"}
"""Of the same partition, for the regions that values name."""

ELSEWHERE = {"cn-north-1": {"instance_type": "r7g.large.search"}}
"""Other values for what a region does not have."""

NOT_THERE = dict.fromkeys(("us-gov-west-1", "cn-north-1"), ("cloudfront_realtime", "cloudfront_standard"))
"""Settings of what a region's partition does not have."""

NAMES = ("dead_letter_bucket_name", "domain_name", "key_alias", "log_bucket_name")
"""Settings that are alone at another value: with others, each statement would be there twice."""

PATHS = {"aws:cdk:enable-path-metadata": True}


@dataclass(frozen=True, slots=True)
class Case:
    """One deployment; `linted` if its templates are for cfn-lint and checkov too, which take long."""

    name: str
    region: str
    settings: dict[str, str]
    linted: bool = True

    @property
    def title(self) -> str:
        return f"{self.name}, {self.region}"


@dataclass(frozen=True, slots=True)
class Made:
    """A template; its stack may be in another region than the case."""

    case: str
    stack: str
    region: str
    file: str
    linted: bool

    @property
    def body(self) -> dict[str, Any]:
        return dict(json.loads(Path(self.file).read_text()))


@dataclass(frozen=True, slots=True)
class Matrix:
    """All that was made.

    Attributes:
        folder: below it are the templates that are linted, and nothing else.
        violations: rule and place of what is wrong, by case.
        accepted: place and rule of what is taken for right, as there are findings.
        acknowledged: place and rule of what the code says to be right.
    """

    folder: Path
    templates: tuple[Made, ...]
    violations: dict[str, list[str]]
    accepted: frozenset[str]
    acknowledged: frozenset[str]


def cases() -> Iterator[Case]:
    for region in (ANY, *REGIONS):
        yield Case("defaults", region, {})
        yield Case("other", region, {name: each for name, each in others(region).items() if name not in NAMES})
    sources = {source.setting for source in log_sources()}
    for name, settings in alone().items():
        yield Case(name, ANY, settings, linted=name in sources)


def others(region: str) -> dict[str, str]:
    """Return every setting at another value than its default, as it can be in a region."""
    values = {name: value for name, value in OTHER.items() if name not in NOT_THERE.get(region, ())}
    if region in PARTITIONS:
        values = {name: _moved(value, region) for name, value in values.items()}
    return values | ELSEWHERE.get(region, {})


def _moved(value: str, region: str) -> str:
    return COMMERCIAL.sub(OTHER_REGIONS[region], value.replace("arn:aws:", f"arn:{PARTITIONS[region]}:"))


def of_another_partition(template: dict[str, Any], region: str) -> list[str]:
    """Return the texts in a template that hold an ARN or a host of another partition than the region's."""
    own = partition(region)
    pattern = re.compile(rf"arn:(?!{own}:)aws[a-z-]*:" + ("" if own == "aws-cn" else r"|\.amazonaws\.com\.cn"))
    return [text for text in json.dumps(template).split('"') if pattern.search(text)]


def make(folder: Path) -> None:
    """Synthesise all cases into a folder that is not there yet."""
    templates: list[Made] = []
    violations, accepted, acknowledged = {}, set[str](), set[str]()
    for case in cases():
        output = _synthesised(case, folder / "cdk.out" / case.title)
        templates += _templates(case, output, folder / "linted" if case.linted else folder / "others")
        violations[case.title] = list(_violations(output))
        accepted |= set(_accepted(output))
        acknowledged |= set(_acknowledged(output))
    found = [list(map(asdict, templates)), violations, sorted(accepted), sorted(acknowledged)]
    (folder / "matrix.json").write_text(json.dumps(found))


def made(folder: Path) -> Matrix:
    templates, violations, accepted, acknowledged = json.loads((folder / "matrix.json").read_text())
    found = tuple(Made(**each) for each in templates)
    return Matrix(folder / "linted", found, violations, frozenset(accepted), frozenset(acknowledged))


def _synthesised(case: Case, output: Path) -> Path:
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    flags = {name: value for name, value in context.items() if not name.startswith(PREFIX)}
    app = cdk.App(context=NO_BUNDLING | flags | PATHS, outdir=str(output))
    stage = cdk.Stage(app, "Gates", env=cdk.Environment(region=None if case.region == ANY else case.region))
    add_stacks(stage, from_context({PREFIX + name: value for name, value in case.settings.items()}))
    check(app)
    try:
        app.synth()
    except RuntimeError as exc:
        if "Validation failed" not in str(exc):
            raise
    return output


def _templates(case: Case, output: Path, folder: Path) -> Iterator[Made]:
    for manifest in output.rglob("manifest.json"):
        for artifact in json.loads(manifest.read_text())["artifacts"].values():
            if artifact["type"] == "aws:cloudformation:stack":
                name, region = artifact["properties"]["stackName"], artifact["environment"].rpartition("/")[2]
                file = folder / case.title / f"{name}-{region}.json"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes((manifest.parent / artifact["properties"]["templateFile"]).read_bytes())
                yield Made(case.title, name, ANY if region == "unknown-region" else region, str(file), case.linted)


def _violations(output: Path) -> Iterator[str]:
    for violation in _reported(output, "violations"):
        for construct in violation["violatingConstructs"]:
            yield f"{construct['constructPath']}: {violation['ruleName']} {violation['description']}"


def _accepted(output: Path) -> Iterator[str]:
    for violation in _reported(output, "suppressedViolations"):
        yield f"/{violation['acknowledgedAt']} {violation['acknowledgedId']}"


def _reported(output: Path, kind: str) -> Iterator[dict[str, Any]]:
    for plugin in json.loads((output / "validation-report.json").read_text())["pluginReports"]:
        yield from plugin.get(kind, [])


def _acknowledged(output: Path) -> Iterator[str]:
    for file in output.rglob("*.metadata.json"):
        for path, entries in json.loads(file.read_text()).items():
            for entry in entries:
                if entry["type"] == "aws:cdk:acknowledged-rules":
                    yield from (f"{path} {rule}" for rule in entry["data"])
