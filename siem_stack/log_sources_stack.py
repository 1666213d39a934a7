"""Log sources of another region than the log bucket's: one stack for each region that the settings ask for."""

import aws_cdk as cdk
from constructs import Construct

from siem_stack.log_sources import add_log_sources, log_sources
from siem_stack.log_sources.regions import Here, regions_of, require_possible
from siem_stack.log_sources.source import Destination
from siem_stack.regions import known_region
from siem_stack.settings import ACCOUNT, Settings
from siem_stack.stack import STACK_NAME, SiemStack

KEY_OUTPUT = "EncryptionKey"


class LogSourcesStack(cdk.Stack):
    """What delivers into the log bucket from another region.

    It needs no bootstrapped region, since it has no assets. The bucket's name is known beforehand; the key's ARN is the
    other stack's output, or a parameter if that stack's region is not known at synthesis.
    """

    def __init__(self, scope: Construct, settings: Settings, *, region: str, home: str | None) -> None:
        super().__init__(
            scope,
            f"SiemStack-{region}",
            stack_name=f"{STACK_NAME}-{region}",
            description=f"SIEM on Amazon OpenSearch Service: log sources of {region}",
            env=cdk.Environment(region=region),
            synthesizer=cdk.BootstraplessSynthesizer(),
        )
        bucket_name = settings.existing_log_bucket or settings.log_bucket_name.replace(ACCOUNT, self.account)
        key_arn = settings.existing_key_arn or self._key_arn(home)
        destination = Destination.central(self, bucket_name, key_arn, region=home)
        add_log_sources(self, destination, settings, Here(region, bucket=home))

    def _key_arn(self, home: str | None) -> str:
        if home:
            return cdk.Fn.get_stack_output(STACK_NAME, KEY_OUTPUT, home)
        parameter = cdk.CfnParameter(self, KEY_OUTPUT, description=f"Output {KEY_OUTPUT} of the stack {STACK_NAME}")
        return parameter.value_as_string


def add_log_sources_stacks(scope: Construct, settings: Settings, main: SiemStack) -> None:
    """Add a stack for each other region; they are deployed after the one with the bucket.

    Raises:
        RegionError: a source that cannot be where the settings have it.
    """
    home = known_region(main)
    require_possible(log_sources(), settings, home)
    regions = {region for source in log_sources() for region in regions_of(source, settings, home)}
    for region in sorted(regions):
        LogSourcesStack(scope, settings, region=region, home=home).add_stack_dependency(main)
