"""What Firehose does in the log bucket and with its key, whether by a role of the stack or of another account.

https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
"""

from collections.abc import Sequence

FIND_BUCKET = ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads")

WRITE_OBJECTS = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject", "s3:PutObjectAcl")
"""PutObjectAcl is for a bucket of another account, whose owner shall own the object."""

USE_KEY = ("kms:Decrypt", "kms:GenerateDataKey")


def by_s3(region: str | None, bucket_arn: str, objects: str) -> dict[str, str | Sequence[str]]:
    """Return what a request for the key has when S3 makes it, with or without an S3 Bucket Key; for StringLike."""
    return {
        "kms:ViaService": f"s3.{region}.amazonaws.com*",  # in China it ends with .cn
        "kms:EncryptionContext:aws:s3:arn": [bucket_arn, objects],
    }
