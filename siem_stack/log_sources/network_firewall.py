"""AWS Network Firewall: alert, flow and TLS logs, which the service writes to the log bucket itself.

https://docs.aws.amazon.com/network-firewall/latest/developerguide/logging-s3.html
"""

import aws_cdk as cdk
from aws_cdk import aws_networkfirewall as networkfirewall
from constructs import Construct

from siem_stack.log_sources.source import Destination, LogSource, Where
from siem_stack.place_condition import deployed_to
from siem_stack.settings import Settings

_Configuration = networkfirewall.CfnLoggingConfiguration


def build(scope: Construct, destination: Destination, settings: Settings) -> None:
    """Have each firewall log that is in the account and region that are deployed to, which CloudFormation decides."""
    stack = cdk.Stack.of(scope)
    for arn in settings.network_firewall.split():
        region, account = arn.split(":")[3:5]
        if cdk.Token.is_unresolved(stack.region) or stack.region == region:
            logging = _logging(scope, arn, destination, settings.network_firewall_logs.split())
            logging.cfn_options.condition = deployed_to(scope, region, account)
            destination.first(logging)


def _logging(scope: Construct, arn: str, destination: Destination, kinds: list[str]) -> _Configuration:
    return _Configuration(
        scope,
        f"Logging-{arn}",
        firewall_arn=arn,
        logging_configuration=_Configuration.LoggingConfigurationProperty(
            log_destination_configs=[
                _Configuration.LogDestinationConfigProperty(
                    log_destination={"bucketName": destination.bucket_name},
                    log_destination_type="S3",
                    log_type=kind.upper(),
                )
                for kind in kinds
            ]
        ),
    )


SOURCE = LogSource(
    name="network_firewall",
    title="AWS Network Firewall",
    setting="network_firewall",
    log_types=("networkfirewall",),
    where=Where.RESOURCES,
    build=build,
)
