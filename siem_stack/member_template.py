"""A CDK app of its own: the log sources as one template for other accounts, which deliver into this one's log bucket.

    .venv/bin/python -m laptop.cdk synth --app "python3 -m siem_stack.member_template" > member.yaml

It is deployed by hand or by StackSets, into any number of accounts and regions: the same template everywhere. It has no
assets, and looks up nothing.
"""

import sys
from collections.abc import Iterator

import aws_cdk as cdk
from constructs import Construct, IConstruct

from siem_stack.checks import check
from siem_stack.log_sources import log_sources
from siem_stack.log_sources.regions import US_EAST_1, Here, local_settings, regions_in
from siem_stack.log_sources.source import Destination, LogSource, Where, cfn_resources
from siem_stack.settings import Settings, SettingsError, from_context

STACK = "SiemMember"
ON = "on"

Place = tuple[str, Settings, cdk.CfnCondition | None]
"""Name of the construct, the settings that hold there, and where that is; None for everywhere."""


class MemberStack(cdk.Stack):
    """The sources that the settings switch on, each under conditions: whether its parameter is `on`, and the region."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(
            scope,
            STACK,
            description="SIEM on Amazon OpenSearch Service: log sources of a member account",
            synthesizer=cdk.BootstraplessSynthesizer(),
        )
        bucket = cdk.CfnParameter(
            self, "LogBucket", description="Name of the log bucket, an output of the SIEM's stack"
        )
        key = cdk.CfnParameter(
            self,
            "EncryptionKey",
            allowed_pattern="arn:.*:kms:.*:key/.*",
            description="ARN of the key, an output of the SIEM's stack",
        )
        self._home = cdk.CfnParameter(
            self,
            "HomeRegion",
            default=US_EAST_1,
            description="The one region of each account in which there is what an account has once, as a trail",
        ).value_as_string
        self._regions: dict[str, cdk.CfnCondition] = {}
        self._destination = Destination.central(self, bucket.value_as_string, lambda: key.value_as_string)
        for source in log_sources():
            if source.is_on(settings):
                self._add(source, settings)

    def _add(self, source: LogSource, settings: Settings) -> None:
        scope = Construct(self, source.title.replace(" ", ""))
        for name, local, place in self._places(source, settings):
            if source.is_on(local):
                source.build(Construct(scope, name), self._destination, local)
                _restrict(scope.node.find_child(name), place)
        if cfn_resources(scope):
            _restrict(scope, self._is_on(source))

    def _is_on(self, source: LogSource) -> cdk.CfnCondition:
        parameter = cdk.CfnParameter(
            self, f"{source.name}-switch", allowed_values=[ON, "off"], default=ON, description=source.title
        )
        parameter.override_logical_id("".join(part.title() for part in source.name.split("_")))
        return self._condition(f"{source.name}-on", cdk.Fn.condition_equals(parameter.value_as_string, ON))

    def _places(self, source: LogSource, settings: Settings) -> Iterator[Place]:
        """Yield where a source is: in regions that its words name; by the other words at home or everywhere else."""
        if source.where is Where.US_EAST_1:
            yield US_EAST_1, settings, self._in(US_EAST_1)
            return
        regions = sorted(regions_in(source, settings, arns=False))
        for region in regions:
            yield region, local_settings(source, settings, Here(region, bucket=None)), self._in(region)
        rest = local_settings(source, settings, Here(None, bucket=None))
        if source.where is Where.EACH_REGION:
            yield "Elsewhere", rest, self._elsewhere(source, regions)
        else:
            yield "Home", rest, self._in(self._home)

    def _in(self, region: str) -> cdk.CfnCondition:
        if region not in self._regions:
            name = "Home" if cdk.Token.is_unresolved(region) else region
            condition = self._condition(f"in-{name}", cdk.Fn.condition_equals(cdk.Aws.REGION, region))
            self._regions[region] = condition
        return self._regions[region]

    def _elsewhere(self, source: LogSource, regions: list[str]) -> cdk.CfnCondition | None:
        if not regions:
            return None
        inside = cdk.Fn.condition_or(*map(self._in, regions))  # type: ignore[arg-type]  # jsii's protocol lacks a name
        return self._condition(f"{source.name}-elsewhere", cdk.Fn.condition_not(inside))

    def _condition(self, name: str, expression: cdk.ICfnConditionExpression) -> cdk.CfnCondition:
        return cdk.CfnCondition(self, name, expression=expression)


def _restrict(scope: IConstruct, condition: cdk.CfnCondition | None) -> None:
    """Let the resources below a construct be there under a condition, too, besides those that they have."""
    if condition is None:
        return
    both: dict[str, cdk.CfnCondition] = {}
    for resource in cfn_resources(scope):
        own = resource.cfn_options.condition
        resource.cfn_options.condition = condition if own is None else _both(own, condition, both)


def _both(one: cdk.CfnCondition, other: cdk.CfnCondition, made: dict[str, cdk.CfnCondition]) -> cdk.CfnCondition:
    path = one.node.path
    if path not in made:
        both = cdk.Fn.condition_and(one, other)  # type: ignore[arg-type]  # likewise
        made[path] = cdk.CfnCondition(one.stack, f"{one.node.id}-and-{other.node.id}", expression=both)
    return made[path]


def main() -> None:
    """Synthesise the template, or end with what is wrong with the settings."""
    app = cdk.App()
    try:
        settings = from_context(app.node.get_all_context())
    except SettingsError as exc:
        sys.exit(str(exc))
    if not any(source.is_on(settings) for source in log_sources()):
        sys.exit("no log source is switched on: name some in cdk.json, or with -c siem:guardduty=create")
    MemberStack(app, settings)
    check(app)
    app.synth()


if __name__ == "__main__":
    main()
