"""Ways by which the queue hears of new objects in buckets, other than the log bucket's own notification.

A bucket of this account and region tells EventBridge, of which a rule takes what is new, or the queue itself; one of
another account tells the queue, or a topic that the queue subscribes to. es_loader/events.py reads all of them.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from siem_stack.settings import Settings


def notify(bucket: s3.Bucket, name: str, queue: sqs.Queue) -> None:
    """Have a bucket of the stack send messages to the queue.

    In the bucket's own properties, where CDK's way is a function that changes the bucket afterwards. S3 tries the
    queue at once, so the queue's policy comes first; it must not refer to the bucket then, only to its name.

    Args:
        bucket: whose construct's id names the statement.
        name: of the bucket.
        queue: of new objects.
    """
    stack = cdk.Stack.of(bucket)
    _let_s3_send(queue, bucket.node.id, stack.account, [f"arn:{stack.partition}:s3:::{name}"])
    cfn_bucket = bucket.node.default_child
    assert isinstance(cfn_bucket, s3.CfnBucket)
    cfn_bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        queue_configurations=[
            s3.CfnBucket.QueueConfigurationProperty(event="s3:ObjectCreated:*", queue=queue.queue_arn)
        ]
    )
    cfn_bucket.node.add_dependency(queue.node.find_child("Policy"))


def buckets_by_account(settings: Settings, account: str) -> dict[str, list[str]]:
    """Return the names of the additional buckets by account; the own one is the account that is given."""
    pairs = sorted(
        (owner or account, name)
        for owner, _, name in (word.rpartition(":") for word in settings.additional_buckets.split())
    )
    return {owner: [name for _, name in group] for owner, group in groupby(pairs, key=lambda pair: pair[0])}


class ObjectEvents(Construct):
    """What tells of objects that are not in a bucket of the stack; nothing, as long as no setting asks for it."""

    def __init__(self, scope: Construct, *, queue: sqs.Queue, settings: Settings) -> None:
        super().__init__(scope, "ObjectEvents")
        account = cdk.Stack.of(self).account
        additional = buckets_by_account(settings, account)
        if own := [*filter(None, [settings.existing_log_bucket]), *additional.get(account, ())]:
            _take_from_event_bridge(self, queue, own)
        for owner, names in additional.items():
            arns = [f"arn:{cdk.Stack.of(self).partition}:s3:::{name}" for name in names]
            _let_s3_send(queue, "AdditionalBuckets" if owner == account else f"BucketsOf{owner}", owner, arns)
        if topics := settings.notification_topic_arns.split():
            _subscribe(self, queue, topics)


def _let_s3_send(queue: sqs.Queue, sid: str, account: str, bucket_arns: list[str]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html."""
    conditions = {
        "ArnLike": {"aws:SourceArn": bucket_arns},
        "StringEquals": {"aws:SourceAccount": account},
    }
    queue.add_to_resource_policy(_sends(sid, "s3", queue, conditions))


def _take_from_event_bridge(scope: Construct, queue: sqs.Queue, names: Iterable[str]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html."""
    rule = events.CfnRule(
        scope,
        "NewObjects",
        description="New objects in buckets that the SIEM loads, but did not make",
        event_pattern={
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {"bucket": {"name": list(names)}},
        },
        targets=[events.CfnRule.TargetProperty(arn=queue.queue_arn, id="NewObjects")],
    )
    queue.add_to_resource_policy(
        _sends("EventBridge", "events", queue, {"ArnEquals": {"aws:SourceArn": rule.attr_arn}})
    )


def _subscribe(scope: Construct, queue: sqs.Queue, topics: list[str]) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html."""
    queue.add_to_resource_policy(_sends("Topics", "sns", queue, {"ArnEquals": {"aws:SourceArn": topics}}))
    for number, topic in enumerate(topics, 1):
        subscription = sns.CfnSubscription(
            scope,
            f"Topic{number}",
            endpoint=queue.queue_arn,
            protocol="sqs",
            raw_message_delivery=True,
            region=topic.split(":")[3],
            topic_arn=topic,
        )
        subscription.node.add_dependency(queue.node.find_child("Policy"))


def _sends(sid: str, service: str, queue: sqs.Queue, conditions: Mapping[str, object]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
        actions=["sqs:SendMessage"],
        resources=[queue.queue_arn],
        conditions=conditions,
    )
