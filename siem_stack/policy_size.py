"""Policies that AWS would refuse for their size are refused at synthesis, with the settings that make them so large."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk

from siem_stack.rendering import size
from siem_stack.settings import PREFIX, SettingsError


@dataclass(frozen=True, slots=True)
class Limit:
    """How many bytes a policy may have.

    Attributes:
        what: the policy, in words.
        size: bytes of JSON without blanks.
        settings: names of those that it grows with.
    """

    what: str
    size: int
    settings: Sequence[str]

    def require(self, policy: Any, stack: cdk.Stack) -> None:
        """Raise SettingsError if a policy is larger."""
        found = size(policy, stack)
        if found > self.size:
            names = " and ".join(PREFIX + name for name in self.settings)
            raise SettingsError(
                f"{names} make {self.what} about {found} bytes; AWS takes {self.size}. "
                f"{PREFIX}organization_id admits all accounts of an organization at the size of one."
            )


BUCKET_POLICY = Limit("the log bucket's policy", 20 * 1024, ("log_accounts", "replication_role_arns"))
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html"""

KEY_POLICY = Limit("the key's policy", 32 * 1024, ("log_accounts", "replication_role_arns"))
"""https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html"""

QUEUE_POLICY = Limit("the queue's policy", 8 * 1024, ("additional_buckets", "notification_topic_arns"))
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html"""

LOADER_POLICY = Limit(
    "es-loader's rights", 10 * 1024, ("additional_buckets", "additional_key_arns", "notification_queue_arns")
)
"""Of all inline policies of a role. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
