"""Route 53 Resolver query logs: one configuration for a region's VPCs.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs.html
"""

from aws_cdk import aws_route53resolver as resolver
from constructs import Construct

from siem_stack.log_sources.source import Destination, LogSource, Where
from siem_stack.settings import Settings

NAME = "aes-siem-query-logs"


def build(scope: Construct, destination: Destination, settings: Settings) -> None:
    """Make the configuration, and associate the VPCs with it."""
    config = resolver.CfnResolverQueryLoggingConfig(scope, "Config", destination_arn=destination.bucket_arn, name=NAME)
    destination.first(config)
    for vpc_id in settings.resolver_query_logs.split():
        association = resolver.CfnResolverQueryLoggingConfigAssociation(
            scope, f"Association-{vpc_id}", resolver_query_log_config_id=config.attr_id, resource_id=vpc_id
        )
        destination.first(association)


SOURCE = LogSource(
    name="resolver_query_logs",
    title="Amazon Route 53 Resolver query logs",
    setting="resolver_query_logs",
    log_types=("route53resolver",),
    where=Where.RESOURCES,
    build=build,
)
