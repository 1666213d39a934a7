"""The bucket of CloudFront's legacy standard logs, which CloudFront writes by an access list and not by a policy."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from siem_stack.checks import accept
from siem_stack.object_events import notify
from siem_stack.private_bucket import PrivateBucket
from siem_stack.regions import is_opt_in, known_region
from siem_stack.settings import PREFIX, SettingsError


class CloudFrontLegacyBucket(PrivateBucket):
    """A private bucket with access lists, of which CloudFront changes the bucket's own when a distribution is set up.

    Its objects are the bucket owner's. It tells the same queue as the log bucket.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
    """

    def __init__(self, scope: Construct, *, queue: sqs.Queue, removal_policy: cdk.RemovalPolicy) -> None:
        stack = cdk.Stack.of(scope)
        if is_opt_in(known_region(stack)):
            raise SettingsError(
                f"{PREFIX}cloudfront_legacy_bucket: CloudFront cannot write legacy logs to a bucket in {stack.region}, "
                "which accounts must switch on; use its current standard logs."
            )
        name = f"aes-siem-{stack.account}-cloudfront-legacy"
        super().__init__(
            scope,
            "CloudFrontLegacyBucket",
            name=name,
            ownership=s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
            removal_policy=removal_policy,
        )
        notify(self, name, queue)
        accept(
            self, "S1", "As for the log bucket: all reads are the loader's own. The setting s3_access_logs logs them."
        )
