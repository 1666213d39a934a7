"""GuardDuty: findings that a detector exports, of its region alone.

https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html
"""

import aws_cdk as cdk
from aws_cdk import aws_guardduty as guardduty
from constructs import Construct

from siem_stack.log_sources.source import Destination, LogSource, Where
from siem_stack.settings import Settings

CREATE = "create"
FREQUENCY = "FIFTEEN_MINUTES"
"""How often a finding that happens again is exported again; new ones are within five minutes."""

_REMOVAL = {"destroy": cdk.RemovalPolicy.DESTROY, "retain": cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE}
"""With a detector go its findings; but one of a deployment that failed would be in the way of the next."""


def build(scope: Construct, destination: Destination, settings: Settings) -> None:
    """Have the detector export its findings; make one if the setting says so."""
    detector_id = settings.guardduty
    if detector_id == CREATE:
        detector = guardduty.CfnDetector(scope, "Detector", enable=True, finding_publishing_frequency=FREQUENCY)
        destination.first(detector)
        detector.apply_removal_policy(_REMOVAL[settings.removal_policy])
        detector_id = detector.attr_id
    export = guardduty.CfnPublishingDestination(
        scope,
        "Export",
        destination_properties=guardduty.CfnPublishingDestination.CFNDestinationPropertiesProperty(
            destination_arn=destination.bucket_arn, kms_key_arn=destination.key_arn
        ),
        destination_type="S3",
        detector_id=detector_id,
    )
    destination.first(export)


SOURCE = LogSource(
    name="guardduty",
    title="Amazon GuardDuty",
    setting="guardduty",
    log_types=("guardduty",),
    where=Where.EACH_REGION,
    build=build,
    to_and_from_opt_in=False,
)
