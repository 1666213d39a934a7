"""The bucket that WAF writes to by itself: one of its own, as WAF takes only names that begin with `aws-waf-logs-`.

https://docs.aws.amazon.com/waf/latest/developerguide/logging-s3.html
"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from siem_stack.checks import accept, accept_wildcard
from siem_stack.loader_reads import reading
from siem_stack.log_delivery import own_delivery_statements
from siem_stack.object_events import notify
from siem_stack.private_bucket import PrivateBucket


class WafBucket(PrivateBucket):
    """A private bucket whose objects es-loader loads as it does those of the log bucket."""

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        queue: sqs.Queue,
        reader: iam.IRole,
        removal_policy: cdk.RemovalPolicy,
    ) -> None:
        super().__init__(scope, "WafBucket", name=name, removal_policy=removal_policy)
        for statement in own_delivery_statements(self.bucket_arn, cdk.Stack.of(self)):
            self.add_to_resource_policy(statement)
        notify(self, name, queue)
        self._let_read(reader)
        accept(self, "S1", "Access logs of it would be as many objects again, and all reads are es-loader's own.")

    def _let_read(self, reader: iam.IRole) -> None:
        objects = self.arn_for_objects("*")
        policy = iam.CfnPolicy(
            self,
            "Reading",
            policy_name="ReadWafLogs",
            policy_document=iam.PolicyDocument(statements=reading([self])),
            roles=[reader.role_name],
        )
        accept_wildcard(policy, objects, "The keys of logs are not known in advance.")
