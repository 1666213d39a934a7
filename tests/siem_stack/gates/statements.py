"""Templates -> every policy statement in them, as texts that a reviewer reads.

LogBucket/Policy AWSCloudTrailAclCheck20150319
    Allow
    whom  Service cloudtrail.amazonaws.com
    what  s3:GetBucketAcl
    where <LogBucket.Arn>
    if    ArnLike aws:SourceArn = arn:<AWS::Partition>:cloudtrail:*:<AWS::AccountId>:trail/*
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.siem_stack.matrix import ANY, Made

STAGE = re.compile(r"^Gates/(?:SiemStack/)?|/Resource$")
REFERENCE = re.compile(r"<([A-Za-z0-9]+)((?:\.[A-Za-z.]+)?)>")
PROPERTIES = {
    "whom ": ("Principal", "NotPrincipal"),
    "what ": ("Action", "NotAction"),
    "where": ("Resource", "NotResource"),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; `kind` of its resource, `trust` if it says who may take a role."""

    place: str
    kind: str
    trust: bool
    body: dict[str, Any]

    @property
    def name(self) -> str:
        what = "trust" if self.trust else f"{self.body['Effect']} {next(iter(self.actions()), '')}"
        return f"{self.place} {self.body.get('Sid') or what}"

    @property
    def text(self) -> str:
        lines = [self.name, f"    {self.body['Effect']}"]
        for word, names in PROPERTIES.items():
            for name in names:
                prefix = "not " if name.startswith("Not") else ""
                lines += [f"    {word} {prefix}{each}" for each in _texts(self.body.get(name))]
        lines += [f"    if    {each}" for each in conditions(self.body)]
        return "\n".join(lines)

    @property
    def allows(self) -> bool:
        return bool(self.body["Effect"] == "Allow")

    def actions(self) -> list[str]:
        return _listed(self.body.get("Action"))

    def resources(self) -> list[str]:
        return _listed(self.body.get("Resource"))

    def principals(self) -> dict[str, list[str]]:
        """Names by kind: Service, AWS, Federated; `*` for everybody."""
        found = self.body.get("Principal", {})
        return {"AWS": [found]} if isinstance(found, str) else {kind: _listed(value) for kind, value in found.items()}


def statements(template: Made) -> Iterator[Statement]:
    """Yield all statements, with references as paths of constructs, and the region as if it were not known."""
    resources = template.body["Resources"]
    paths = {name: _path(each, name) for name, each in resources.items()}
    for name, resource in resources.items():
        properties = _readable(resource.get("Properties", {}), paths, template.region)
        for body, trust in _found(properties, trust=False):
            yield Statement(paths[name], resource["Type"], trust, body)
        if resource["Type"] == "AWS::Lambda::Permission":
            yield Statement(paths[name], resource["Type"], trust=False, body=_permission(properties))


def conditions(body: dict[str, Any]) -> Iterator[str]:
    for operator, keys in sorted(body.get("Condition", {}).items()):
        for key, value in sorted(keys.items()):
            yield f"{operator} {key} = {' or '.join(_listed(value))}"


def _found(node: Any, *, trust: bool) -> Iterator[tuple[dict[str, Any], bool]]:
    if isinstance(node, dict):
        if node.get("Effect") in {"Allow", "Deny"}:
            yield node, trust
        for key, value in node.items():
            yield from _found(value, trust=trust or key == "AssumeRolePolicyDocument")
    elif isinstance(node, list):
        for each in node:
            yield from _found(each, trust=trust)
    elif isinstance(node, str) and '"Effect"' in node:  # a policy that is a text, as those of log groups
        yield from _found(json.loads(node), trust=trust)


def _readable(node: Any, paths: dict[str, str], region: str) -> Any:
    if isinstance(node, dict) and not any(name == "Ref" or name.startswith("Fn::") for name in node):
        return {key: _readable(value, paths, region) for key, value in node.items()}
    if isinstance(node, list):
        return [_readable(each, paths, region) for each in node]
    if not isinstance(node, dict | str):
        return node
    text = REFERENCE.sub(lambda found: f"<{paths.get(found[1], found[1])}{found[2]}>", flat(node))
    return text if region == ANY else text.replace(region, "<AWS::Region>")


def flat(value: Any) -> str:
    """Return a template's value as one text: `<Reference>`, `<Reference.Attribute>` and literals joined."""
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, list(parts)]}:
            return str(separator).join(map(flat, parts))
        case dict() if len(value) == 1 and next(iter(value)).startswith("Fn::"):
            ((function, arguments),) = value.items()
            several = arguments if isinstance(arguments, list) else [arguments]
            return f"{function.removeprefix('Fn::')}({', '.join(map(flat, several))})"
        case _:
            return str(value)


def _permission(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the statement that Lambda makes of a permission."""
    source = {"ArnLike": {"aws:SourceArn": properties["SourceArn"]}} if "SourceArn" in properties else {}
    account = {"aws:SourceAccount": properties["SourceAccount"]} if "SourceAccount" in properties else {}
    return {
        "Effect": "Allow",
        "Principal": {"Service": properties["Principal"]},
        "Action": properties["Action"],
        "Resource": properties["FunctionName"],
        "Condition": {**source, **({"StringEquals": account} if account else {})},
    }


def _path(resource: dict[str, Any], name: str) -> str:
    return STAGE.sub("", str(resource.get("Metadata", {}).get("aws:cdk:path", name)))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        return sorted(f"{kind} {each}" for kind, several in value.items() for each in _listed(several))
    return sorted(_listed(value))


def _listed(value: Any) -> list[str]:
    return [] if value is None else [str(each) for each in value] if isinstance(value, list) else [str(value)]
