"""What a template's value is once it is deployed, as far as that is known at synthesis."""

import json
from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

LIKELY: Mapping[str, str] = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws-us-gov",
    "AWS::Region": "ap-southeast-1",
    "AWS::URLSuffix": "amazonaws.com.cn",
}
"""Values of the pseudo parameters that are as long as they get, or nearly."""


def rendered(value: Any, stack: cdk.Stack, pseudo: Mapping[str, str] = LIKELY) -> Any:
    """Return a value, policy statements among it, as JSON with the intrinsic functions done.

    What only the deployment knows is `${LogicalId.Attribute}`.
    """
    return _done(stack.resolve(value), pseudo, _names(stack))


def size(value: Any, stack: cdk.Stack) -> int:
    """Return the bytes of a value as JSON without blanks, about."""
    return len(json.dumps(rendered(value, stack), separators=(",", ":")).encode())


def _names(stack: cdk.Stack) -> dict[str, Any]:
    """Return the names that buckets and keys of the stack are given, by logical id."""
    buckets = (each for each in stack.node.find_all() if isinstance(each, s3.CfnBucket))
    return {stack.get_logical_id(each): stack.resolve(each.bucket_name) for each in buckets if each.bucket_name}


def _done(value: Any, pseudo: Mapping[str, str], names: Mapping[str, Any]) -> Any:
    match value:
        case list():
            done: Any = [_done(each, pseudo, names) for each in value]
        case {"Ref": str(name), **rest} if not rest:
            done = pseudo.get(name) or (_done(names[name], pseudo, names) if name in names else f"${{{name}}}")
        case {"Fn::GetAtt": [name, "Arn"]} if name in names:
            done = f"arn:{pseudo['AWS::Partition']}:s3:::{_done(names[name], pseudo, names)}"
        case {"Fn::GetAtt": [name, attribute]}:
            done = f"${{{name}.{attribute}}}"
        case {"Fn::Join": [separator, parts]}:
            done = separator.join(map(str, _done(parts, pseudo, names)))
        case dict():
            done = {name: _done(each, pseudo, names) for name, each in value.items()}
        case _:
            done = value
    return done
