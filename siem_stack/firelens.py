"""FireLens in a task definition: the log router, and the log driver of the containers that it takes lines from.

For CDK apps that define tasks of Amazon ECS; docs/log-sources/container_logs.md has the same as JSON.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html
"""

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam

IMAGE = "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable"
ROUTER = "log_router"
ROUTER_MEMORY = 64
"""MiB that are kept for the log router."""


def stream_name(app: str) -> str:
    """Return the name of an application's Firehose stream."""
    return f"aes-siem-firehose-ecs-{app}"


def firelens(task: ecs.TaskDefinition, app: str) -> ecs.LogDriver:
    """Add the log router to a task, which may write to the application's stream, and return its containers' log driver.

    Args:
        task: the definition, with a role of its own.
        app: as the setting `siem:container_logs` names it.
    """
    stack = cdk.Stack.of(task)
    arn = stack.format_arn(service="firehose", resource="deliverystream", resource_name=stream_name(app))
    task.add_to_task_role_policy(
        iam.PolicyStatement(sid="PutRecords", actions=["firehose:PutRecordBatch"], resources=[arn])
    )
    task.add_firelens_log_router(
        ROUTER,
        essential=True,
        firelens_config=ecs.FirelensConfig(
            type=ecs.FirelensLogRouterType.FLUENTBIT, options=ecs.FirelensOptions(enable_ecs_log_metadata=True)
        ),
        image=ecs.ContainerImage.from_registry(IMAGE),
        memory_reservation_mib=ROUTER_MEMORY,
    )
    return ecs.LogDrivers.firelens(
        options={"Name": "kinesis_firehose", "region": stack.region, "delivery_stream": stream_name(app)}
    )
