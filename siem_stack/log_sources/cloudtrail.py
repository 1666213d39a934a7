"""CloudTrail: one trail of all regions.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
"""

from collections.abc import Iterable, Iterator

from aws_cdk import aws_cloudtrail as cloudtrail
from constructs import Construct

from siem_stack.log_sources.source import Destination, LogSource, Where
from siem_stack.settings import Settings

TRAIL_NAME = "aes-siem-trail"

_Selector = cloudtrail.CfnTrail.AdvancedEventSelectorProperty
_Field = cloudtrail.CfnTrail.AdvancedFieldSelectorProperty

NOISY = {"without-kms": "kms.amazonaws.com", "without-rds-data": "rdsdata.amazonaws.com"}
INSIGHTS = ("ApiCallRateInsight", "ApiErrorRateInsight")


def build(scope: Construct, destination: Destination, settings: Settings) -> None:
    """Make the trail."""
    chosen = frozenset(settings.cloudtrail.split())
    trail = cloudtrail.CfnTrail(
        scope,
        "Trail",
        advanced_event_selectors=list(_selectors(chosen, destination)),
        enable_log_file_validation=True,
        include_global_service_events=True,
        insight_selectors=_insights() if "insights" in chosen else None,
        is_logging=True,
        is_multi_region_trail=True,
        kms_key_id=destination.key_arn,
        s3_bucket_name=destination.bucket_name,
        trail_name=TRAIL_NAME,
    )
    destination.first(trail)


def _insights() -> list[cloudtrail.CfnTrail.InsightSelectorProperty]:
    return [cloudtrail.CfnTrail.InsightSelectorProperty(insight_type=kind) for kind in INSIGHTS]


def _selectors(chosen: frozenset[str], destination: Destination) -> Iterator[_Selector]:
    if "management" in chosen:
        without = [source for name, source in NOISY.items() if name in chosen]
        fields = [_Field(field="eventSource", not_equals=without)] if without else []
        yield _selector("Management", fields)
    if "s3-data" in chosen:
        # What es-loader reads and what services write there would be logged there again, without end.
        others = _Field(field="resources.ARN", not_starts_with=[f"{destination.bucket_arn}/"])
        yield _selector("Data", [_resources("AWS::S3::Object"), others])
    if "lambda-data" in chosen:
        yield _selector("Data", [_resources("AWS::Lambda::Function")])


def _selector(category: str, fields: Iterable[_Field]) -> _Selector:
    return _Selector(field_selectors=[_Field(field="eventCategory", equal_to=[category]), *fields])


def _resources(kind: str) -> _Field:
    return _Field(field="resources.type", equal_to=[kind])


SOURCE = LogSource(
    name="cloudtrail",
    title="AWS CloudTrail",
    setting="cloudtrail",
    log_types=("cloudtrail",),
    where=Where.ONCE,
    build=build,
)
