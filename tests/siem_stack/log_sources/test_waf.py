"""Web ACLs that log: which, where, and to what."""

from typing import Any

import pytest
from aws_cdk import assertions

from es_loader.classify import classify
from siem_stack.log_sources.source import Where
from siem_stack.log_sources.waf import web_acl
from siem_stack.settings import PREFIX, SettingsError, from_context
from tests.golden import builtin_config
from tests.siem_stack.conftest import GLOBAL_WEB_ACL, WEB_ACL, template_of
from tests.siem_stack.log_sources.streams import ACCOUNT, REGION, elsewhere, resources, streams

OTHER_ACCOUNT = WEB_ACL.replace("111122223333", "123456789012")
BUCKET_NAME = f"aws-waf-logs-aes-siem-{ACCOUNT}-{REGION}"


def loggings(template: assertions.Template) -> dict[str, dict[str, Any]]:
    """The logging configurations by the ARN of their web ACL."""
    found = resources(template, "AWS::WAFv2::LoggingConfiguration").values()
    return {each["Properties"]["ResourceArn"]: each for each in found}


def conditions(template: assertions.Template) -> dict[str, Any]:
    return dict(template.to_json()["Conditions"])


def place(template: assertions.Template, name: str) -> tuple[str, str]:
    """The region and account in which a condition holds."""
    region, account = conditions(template)[name]["Fn::And"]
    assert region["Fn::Equals"][0] == {"Ref": "AWS::Region"}
    assert account["Fn::Equals"][0] == {"Ref": "AWS::AccountId"}
    return region["Fn::Equals"][1], account["Fn::Equals"][1]


@pytest.fixture(scope="module")
def anywhere() -> assertions.Template:
    """One template for all accounts and regions."""
    return elsewhere(Where.EACH_REGION, None, waf=f"{WEB_ACL} {OTHER_ACCOUNT} {GLOBAL_WEB_ACL}")


@pytest.fixture(scope="module")
def direct() -> assertions.Template:
    return template_of(waf=f"{WEB_ACL} {GLOBAL_WEB_ACL}", waf_delivery="s3")


def bucket(template: assertions.Template) -> tuple[str, dict[str, Any]]:
    found = resources(template, "AWS::S3::Bucket").items()
    ((name, resource),) = (each for each in found if each[1]["Properties"]["BucketName"] == BUCKET_NAME)
    return name, resource


def statements(template: assertions.Template, kind: str, resource: str, attribute: str) -> dict[str, dict[str, Any]]:
    """The statements with an identifier of the policy of a bucket or queue."""
    (policy,) = (
        each["Properties"]["PolicyDocument"]["Statement"]
        for each in resources(template, kind).values()
        if {"Ref": resource} in (each["Properties"][attribute], *each["Properties"][attribute])
    )
    return {each["Sid"]: each for each in policy if "Sid" in each}


def test_an_arn_tells_where_its_web_acl_is() -> None:
    assert web_acl(GLOBAL_WEB_ACL) == (GLOBAL_WEB_ACL, "us-east-1", "111122223333", "global", "edge")


def test_each_web_acl_logs_in_its_account_and_region_alone(anywhere: assertions.Template) -> None:
    places = {arn: place(anywhere, logging["Condition"]) for arn, logging in loggings(anywhere).items()}
    assert places == {
        WEB_ACL: ("eu-west-1", "111122223333"),
        OTHER_ACCOUNT: ("eu-west-1", "123456789012"),
        GLOBAL_WEB_ACL: ("us-east-1", "111122223333"),
    }


def test_web_acls_of_a_region_and_of_cloudfront_have_streams_of_their_own(anywhere: assertions.Template) -> None:
    prefixes = {name: each["ExtendedS3DestinationConfiguration"]["Prefix"] for name, each in streams(anywhere).items()}
    assert prefixes == {
        f"aws-waf-logs-aes-siem-{REGION}": f"AWSLogs/{ACCOUNT}/WAF/{REGION}/",
        "aws-waf-logs-aes-siem-global": f"AWSLogs/{ACCOUNT}/WAF/global/",
    }
    targets = {arn: logging["Properties"]["LogDestinationConfigs"] for arn, logging in loggings(anywhere).items()}
    stream = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/aws-waf-logs-aes-siem-"
    assert targets == {
        WEB_ACL: [f"{stream}{REGION}"],
        OTHER_ACCOUNT: [f"{stream}{REGION}"],
        GLOBAL_WEB_ACL: [f"{stream}global"],
    }


def test_a_stream_is_there_where_a_web_acl_is(anywhere: assertions.Template) -> None:
    found = resources(anywhere, "AWS::KinesisFirehose::DeliveryStream").values()
    by_name = {each["Properties"]["DeliveryStreamName"]: each["Condition"] for each in found}
    assert place(anywhere, by_name["aws-waf-logs-aes-siem-global"]) == ("us-east-1", "111122223333")
    some = conditions(anywhere)[by_name[f"aws-waf-logs-aes-siem-{REGION}"]]["Fn::Or"]
    assert {place(anywhere, each["Condition"]) for each in some} == {
        ("eu-west-1", "111122223333"), ("eu-west-1", "123456789012"),
    }  # fmt: skip
    assert all("Condition" in each for each in resources(anywhere, "AWS::IAM::Role").values())


def test_in_a_region_that_is_known_there_is_nothing_of_others() -> None:
    template = elsewhere(Where.EACH_REGION, waf=f"{WEB_ACL} {OTHER_ACCOUNT} {GLOBAL_WEB_ACL}")
    assert loggings(template).keys() == {WEB_ACL}
    assert len(streams(template)) == 1


def test_many_web_acls_of_one_region_share_a_condition() -> None:
    template = elsewhere(Where.EACH_REGION, None, waf=" ".join(f"{WEB_ACL[:-2]}{number:02}" for number in range(12)))
    assert len(conditions(template)) == 1
    assert len(loggings(template)) == 12


def test_secrets_in_headers_are_not_logged(anywhere: assertions.Template) -> None:
    redacted = loggings(anywhere)[WEB_ACL]["Properties"]["RedactedFields"]
    assert redacted == [{"SingleHeader": {"Name": "authorization"}}, {"SingleHeader": {"Name": "cookie"}}]


def test_logging_begins_when_the_stream_is_there(anywhere: assertions.Template) -> None:
    found = resources(anywhere, "AWS::KinesisFirehose::DeliveryStream")
    (stream,) = (name for name, each in found.items() if each["Properties"]["DeliveryStreamName"].endswith("global"))
    assert stream in loggings(anywhere)[GLOBAL_WEB_ACL]["DependsOn"]


def test_direct_delivery_has_a_private_bucket_of_its_own(direct: assertions.Template) -> None:
    assert streams(direct) == {}
    name, found = bucket(direct)
    assert set(found["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert found["DeletionPolicy"] == "Retain"
    for logging in loggings(direct).values():
        assert logging["Properties"]["LogDestinationConfigs"] == [{"Fn::GetAtt": [name, "Arn"]}]
        assert any(each.startswith(f"{name[:-8]}Policy") for each in logging["DependsOn"])
    encryption = found["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption[0]["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_log_delivery_of_this_account_may_write_there(direct: assertions.Template) -> None:
    name, _ = bucket(direct)
    found = statements(direct, "AWS::S3::BucketPolicy", name, "Bucket")
    assert found.keys() == {"AWSLogDeliveryAclCheck", "AWSLogDeliveryWrite"}
    for each in found.values():
        assert each["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
        assert each["Condition"]["StringEquals"]["aws:SourceAccount"] == ACCOUNT
        assert each["Condition"]["ArnLike"] == {"aws:SourceArn": f"arn:aws:logs:*:{ACCOUNT}:*"}
    check, write = found["AWSLogDeliveryAclCheck"], found["AWSLogDeliveryWrite"]
    assert check["Action"] == ["s3:GetBucketAcl", "s3:ListBucket"]
    assert write["Action"] == "s3:PutObject"
    assert write["Resource"] == f"<{name}.Arn>/AWSLogs/{ACCOUNT}/*"
    assert write["Condition"]["StringEquals"]["s3:x-amz-acl"] == "bucket-owner-full-control"


def test_new_objects_there_come_to_the_queue(direct: assertions.Template) -> None:
    _, found = bucket(direct)
    (notification,) = found["Properties"]["NotificationConfiguration"]["QueueConfigurations"]
    queue = notification["Queue"]["Fn::GetAtt"][0]
    statement = statements(direct, "AWS::SQS::QueuePolicy", queue, "Queues")["WafBucket"]
    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": [f"arn:aws:s3:::{BUCKET_NAME}"]},
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
    }
    policies = resources(direct, "AWS::SQS::QueuePolicy")
    (policy,) = (each for each, found in policies.items() if found["Properties"]["Queues"] == [{"Ref": queue}])
    assert policy in found["DependsOn"]


def test_es_loader_may_read_them(direct: assertions.Template) -> None:
    name, _ = bucket(direct)
    (policy,) = (
        each["Properties"]
        for each in resources(direct, "AWS::IAM::Policy").values()
        if each["Properties"]["PolicyName"] == "ReadWafLogs"
    )
    (function,) = (
        each["Properties"]
        for each in resources(direct, "AWS::Lambda::Function").values()
        if each["Properties"]["Handler"].startswith("es_loader")
    )
    assert policy["Roles"] == [{"Ref": function["Role"]["Fn::GetAtt"][0]}]
    assert [(each["Sid"], each["Action"], each["Resource"]) for each in policy["PolicyDocument"]["Statement"]] == [
        ("ReadLogs", ["s3:GetObject", "s3:GetObjectVersion"], f"<{name}.Arn>/*"),
        ("TellMissingLogs", "s3:ListBucket", {"Fn::GetAtt": [name, "Arn"]}),
    ]


def test_what_waf_writes_itself_is_its_log() -> None:
    key = f"AWSLogs/{ACCOUNT}/WAFLogs/{REGION}/shop/2030/01/02/02/05/{ACCOUNT}_waflogs_{REGION}_shop_20300102T0205Z_1a2b3c4d.log.gz"
    log_type = classify(builtin_config(), key)
    assert log_type is not None
    assert log_type.name == "waf"


def test_without_the_queue_delivery_is_by_firehose() -> None:
    template = elsewhere(Where.EACH_REGION, waf=WEB_ACL, waf_delivery="s3")
    assert streams(template).keys() == {f"aws-waf-logs-aes-siem-{REGION}"}


@pytest.mark.parametrize("value", ["shop", WEB_ACL.replace("webacl", "rulegroup"), WEB_ACL.replace("wafv2", "waf")])
def test_what_is_no_web_acl_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="siem:waf must be ARNs of web ACLs"):
        from_context({f"{PREFIX}waf": value})
