"""A Lambda function as all of this stack are: same code, own role, own log group."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from siem_stack.bundling import code
from siem_stack.checks import accept
from siem_stack.network import Network, rights
from siem_stack.settings import Settings


class Function(lambda_.Function):
    """A function whose role may write its log, and what the statements say; nothing is granted elsewhere.

    Args:
        scope: the construct that it belongs to.
        name: of the function; its log group is /aws/lambda/<name>.
        package: of lambda/, whose `handler.handler` is called.
        endpoint: of the domain, as CloudFormation has it, for a function that speaks to it.
        network: that the function is in, if the domain is in one.
        environment: more variables.
        statements: its rights.
        role_name: of its role, where it must be known in advance.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        package: str,
        description: str,
        endpoint: str | None = None,
        network: Network | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
        statements: Sequence[iam.PolicyStatement],
        settings: Settings,
        timeout: int,
        memory: int,
        temporary_storage: cdk.Size | None = None,
        role_name: str | None = None,
    ) -> None:
        log_group = logs.LogGroup(
            scope,
            "Log",
            log_group_name=f"/aws/lambda/{name}",
            removal_policy=cdk.RemovalPolicy.DESTROY,  # kept, it would be in the way of the next deployment
            retention=retention(settings),
        )
        own = [_writes(log_group), *(rights(_arn(scope, name)) if network else [])]
        super().__init__(
            scope,
            "Function",
            architecture=None if settings.architecture == "host" else lambda_.Architecture.ARM_64,
            code=code(settings.architecture),
            description=description,
            ephemeral_storage_size=temporary_storage,
            environment={**({"OPENSEARCH_ENDPOINT": endpoint} if endpoint else {}), "LOG_LEVEL": "INFO", **environment},
            function_name=name,
            handler=f"{package}.handler.handler",
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            memory_size=memory,
            role=_role(scope, [*own, *statements], role_name),
            runtime=lambda_.Runtime.PYTHON_3_13,
            timeout=cdk.Duration.seconds(timeout),
        )
        if network:
            cfn_function = self.node.default_child
            assert isinstance(cfn_function, lambda_.CfnFunction)
            network.join(cfn_function)
            accept(scope, "IAM5[Resource::*]", "Lambda makes network interfaces, which no policy can name in advance.")
        accept(self, "L1", "Python 3.13 is what the bundled wheels are built for and the tests run with.")


def retention(settings: Settings) -> logs.RetentionDays:
    """Return how long the stack's own logs are kept, as CDK names it."""
    return _RETENTION[settings.log_retention_days]


_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    60: logs.RetentionDays.TWO_MONTHS,
    90: logs.RetentionDays.THREE_MONTHS,
    120: logs.RetentionDays.FOUR_MONTHS,
    150: logs.RetentionDays.FIVE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    400: logs.RetentionDays.THIRTEEN_MONTHS,
    545: logs.RetentionDays.EIGHTEEN_MONTHS,
    731: logs.RetentionDays.TWO_YEARS,
    1096: logs.RetentionDays.THREE_YEARS,
    1827: logs.RetentionDays.FIVE_YEARS,
    2192: logs.RetentionDays.SIX_YEARS,
    2557: logs.RetentionDays.SEVEN_YEARS,
    2922: logs.RetentionDays.EIGHT_YEARS,
    3288: logs.RetentionDays.NINE_YEARS,
    3653: logs.RetentionDays.TEN_YEARS,
}


def _arn(scope: Construct, name: str) -> str:
    return cdk.Stack.of(scope).format_arn(
        service="lambda", resource="function", resource_name=name, arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
    )


def _role(scope: Construct, statements: Sequence[iam.PolicyStatement], name: str | None) -> iam.Role:
    """Return a role with its rights in itself: there is no moment when it exists without them."""
    return iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        inline_policies={"Rights": iam.PolicyDocument(statements=list(statements))},
        role_name=name,
    )


def _writes(log_group: logs.LogGroup) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="OwnLog",
        actions=["logs:CreateLogStream", "logs:PutLogEvents"],
        resources=[log_group.log_group_arn],
    )
