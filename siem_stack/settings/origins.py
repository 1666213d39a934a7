"""Settings of logs that come from elsewhere: other accounts, buckets, keys, topics and queues."""

from dataclasses import dataclass

from siem_stack.settings.rules import matching, setting, words

ACCOUNT_ID = r"\d{12}"
BUCKET = r"(?:\d{12}:)?[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_ARN = r"arn:aws[a-z-]*:{service}:[a-z0-9-]+:\d{{12}}:{name}"
KEY_ARN = _ARN.format(service="kms", name=r"key/[A-Za-z0-9-]+")
TOPIC_ARN = _ARN.format(service="sns", name=r"[\w-]{1,256}")
QUEUE_ARN = _ARN.format(service="sqs", name=r"[\w-]{1,80}")
ROLE_ARN = r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+"


@dataclass(frozen=True, kw_only=True)
class OriginSettings:
    """Other accounts, buckets and queues."""

    organization_id: str = setting(
        "",
        matching(
            r"(?:o-[a-z0-9]{10,32})?", "the id of an organization, `o-` and 10 to 32 letters and digits, or empty"
        ),
        "Services of all accounts of this organization may write to the log bucket; see "
        "[other accounts](other-accounts.md).",
    )
    management_account: str = setting(
        "",
        matching(rf"(?:{ACCOUNT_ID})?", "an account's number of 12 digits, or empty"),
        "The organization's management account, if it is another one and has a trail of the organization, which may "
        "then write to the log bucket.",
    )
    log_accounts: str = setting(
        "",
        words(ACCOUNT_ID, "account numbers of 12 digits"),
        "Services of these accounts may write to the log bucket, with blanks between them; about twenty fit into a "
        "bucket's policy.",
    )
    replication_role_arns: str = setting(
        "",
        words(ROLE_ARN, "ARNs of IAM roles"),
        "Roles by which S3 may [replicate](other-accounts.md#other-regions) other buckets into the log bucket. They "
        "must exist.",
    )
    additional_buckets: str = setting(
        "",
        words(BUCKET, "names of buckets, those of other accounts as `111122223333:name`,"),
        "Further buckets whose new objects es-loader loads; see "
        "[additional buckets](other-accounts.md#additional-buckets).",
    )
    additional_key_arns: str = setting(
        "",
        words(KEY_ARN, "ARNs of KMS keys"),
        "Keys that objects in the additional buckets, or replicas, are encrypted with.",
    )
    notification_topic_arns: str = setting(
        "",
        words(TOPIC_ARN, "ARNs of SNS topics"),
        "Topics that tell of new objects: the queue subscribes to them.",
    )
    notification_queue_arns: str = setting(
        "",
        words(QUEUE_ARN, "ARNs of SQS queues"),
        "Queues of others that tell of new objects, in this region: es-loader takes their messages as well.",
    )
