"""The queue between the log bucket and the loader, and the one for what the loader gave up."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

RETENTION_DAYS = 14
"""The longest there is."""

ATTEMPTS = 50
"""A message that failed comes again when it is visible again, with the default timeout after an hour: so a domain may
be away for two days before messages go to the dead letters. A throttled invocation counts as an attempt too."""

VISIBILITY_TIMEOUTS = 6
"""Times the function's own, as Lambda's documentation asks."""


class Queues(Construct):
    """New objects wait in `queue`; what failed every time is in `dead_letters`.

    Both are encrypted with SQS's own keys: S3 cannot send to a queue with the key of AWS for SQS, and a key of ours
    costs for every message.
    """

    def __init__(self, scope: Construct, *, loader_timeout: int) -> None:
        super().__init__(scope, "Queues")
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(RETENTION_DAYS),
        )
        self.queue = sqs.Queue(
            self,
            "NewObjects",
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=ATTEMPTS),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(RETENTION_DAYS),
            visibility_timeout=cdk.Duration.seconds(VISIBILITY_TIMEOUTS * loader_timeout),
        )

    @property
    def policy(self) -> iam.PolicyDocument:
        """Who may send to the queue of new objects."""
        policy = self.queue.node.find_child("Policy")
        assert isinstance(policy, sqs.QueuePolicy)
        return policy.document
