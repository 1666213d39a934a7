"""What the tests of sources with Firehose streams ask a template: streams and their roles by name, keys of objects."""

import json
from typing import Any

import aws_cdk as cdk
from aws_cdk import assertions

from siem_stack.log_sources import add_log_sources
from siem_stack.log_sources.regions import US_EAST_1, Here
from siem_stack.log_sources.source import Destination, Where
from siem_stack.settings import PREFIX, from_context

ACCOUNT, REGION = "111122223333", "eu-west-1"
BUCKET = "aes-siem-111122223333-log"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000"
TIME = "2030/01/02/03/"
UNIQUE = "0a1b2c3d-0000-4000-8000-000000000000"


def elsewhere(where: Where, region: str | None = REGION, **settings: str) -> assertions.Template:
    """The sources of a stack in another account or region than the log bucket's."""
    env = cdk.Environment(account=ACCOUNT, region=region) if region else None
    stack = cdk.Stack(cdk.App(), "Elsewhere", env=env)
    destination = Destination(BUCKET, f"arn:aws:s3:::{BUCKET}", KEY)
    here = Here(US_EAST_1, bucket=REGION) if where is Where.US_EAST_1 else Here(region, bucket=region)
    add_log_sources(stack, destination, from_context({PREFIX + name: value for name, value in settings.items()}), here)
    return assertions.Template.from_stack(stack)


def rendered(value: Any) -> Any:
    """A value of a template as the deployment would have it, as far as account, region and partition go."""
    text = json.dumps(value)
    for name, known in {"AccountId": ACCOUNT, "Region": REGION, "Partition": "aws"}.items():
        text = text.replace(json.dumps({"Ref": f"AWS::{name}"}), json.dumps(known))
    return _joined(json.loads(text))


def _joined(value: Any) -> Any:
    if isinstance(value, list):
        return [_joined(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return separator.join(each if isinstance(each, str) else f"<{_name(each)}>" for each in _joined(parts))
    return {name: _joined(each) for name, each in value.items()}


def _name(reference: dict[str, Any]) -> str:
    ((_, argument),) = reference.items()
    return argument if isinstance(argument, str) else ".".join(map(str, argument))


def resources(template: assertions.Template, kind: str) -> dict[str, dict[str, Any]]:
    """Resources of a kind by their logical ids, rendered."""
    return {name: rendered(each) for name, each in template.find_resources(kind).items()}


def streams(template: assertions.Template) -> dict[str, dict[str, Any]]:
    """The properties of Firehose streams, by their names."""
    found = resources(template, "AWS::KinesisFirehose::DeliveryStream").values()
    return {each["Properties"]["DeliveryStreamName"]: each["Properties"] for each in found}


def role(template: assertions.Template, reference: dict[str, Any]) -> dict[str, Any]:
    """The properties of a role that is referred to by its ARN."""
    return dict(resources(template, "AWS::IAM::Role")[reference["Fn::GetAtt"][0]]["Properties"])


def rights(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The statements of a role's own policy, by their identifiers."""
    (policy,) = found["Policies"]
    return {each["Sid"]: each for each in policy["PolicyDocument"]["Statement"]}


def object_key(stream: dict[str, Any]) -> str:
    """The key of an object that the stream delivers: the prefix is put in front of time and name, by Firehose."""
    configuration = stream["ExtendedS3DestinationConfiguration"]
    end = ".gz" if configuration["CompressionFormat"] == "GZIP" else ""
    return f"{configuration['Prefix']}{TIME}{stream['DeliveryStreamName']}-1-2030-01-02-03-04-05-{UNIQUE}{end}"


def error_key(stream: dict[str, Any]) -> str:
    """The key of an object with what the stream could not deliver."""
    prefix = stream["ExtendedS3DestinationConfiguration"]["ErrorOutputPrefix"]
    folder = prefix.replace("!{firehose:error-output-type}", "processing-failed")
    return f"{folder}{TIME}{stream['DeliveryStreamName']}-1-2030-01-02-03-04-05-{UNIQUE}"
