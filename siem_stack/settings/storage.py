"""Settings of the buckets and the key."""

from dataclasses import dataclass

from siem_stack.settings.origins import KEY_ARN
from siem_stack.settings.rules import ACCOUNT, YES_OR_NO, between, matching, one_of, or_empty, setting

BUCKET_NAME = matching(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "3 to 63 lower-case letters, digits, dots and hyphens")


@dataclass(frozen=True, kw_only=True)
class StorageSettings:
    """Buckets and key."""

    log_bucket_name: str = setting(
        f"aes-siem-{ACCOUNT}-log",
        BUCKET_NAME,
        f"Bucket that AWS services put their logs into. The name is taken if anybody in the world has it. `{ACCOUNT}` "
        "stands for the account's number.",
    )
    dead_letter_bucket_name: str = setting(
        f"aes-siem-{ACCOUNT}-dead-letters",
        BUCKET_NAME,
        "Bucket of records that could not be loaded, see [dead letters](dead-letters.md).",
    )
    dead_letter_days: int = setting(
        90,
        between(1, 3650, "days"),
        "How long dead letters are kept, replayed or not. The objects that they are about stay in the log bucket.",
    )
    key_alias: str = setting(
        "aes-siem-key",
        matching(r"(?!aws/)[A-Za-z0-9/_-]{1,250}", "letters, digits, slashes, underscores and hyphens, not aws/…"),
        "Alias of the key that encrypts the domain, and the logs of services that can name a key.",
    )
    log_bucket_encryption: str = setting(
        "s3",
        one_of("s3", "kms"),
        "What the log bucket encrypts with that comes without a key's name: S3's own keys, or the key. With `kms`, "
        "load balancers and S3's access logs cannot write to it. Of an existing bucket it says what its default is.",
    )
    existing_log_bucket: str = setting(
        "",
        or_empty(BUCKET_NAME),
        "A bucket of this account and region to use instead of making one; see "
        "[existing bucket](other-accounts.md#an-existing-log-bucket).",
    )
    existing_key_arn: str = setting(
        "",
        matching(f"(?:{KEY_ARN})?", "ARN of a KMS key, or empty"),
        "A key of this region to use instead of making one; see [existing key](other-accounts.md#an-existing-key).",
    )
    cloudfront_legacy_bucket: bool = setting(
        False,
        YES_OR_NO,
        f"Makes the bucket `aes-siem-{ACCOUNT}-cloudfront-legacy` for CloudFront's standard logs of the legacy kind, "
        "which need access lists; see [CloudFront, legacy](log-sources/cloudfront_legacy.md).",
    )
