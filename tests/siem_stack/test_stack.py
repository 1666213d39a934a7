"""What the template promises, resource by resource."""

from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import assertions

from es_loader.budget import Budget
from siem_stack.function import retention
from siem_stack.settings import PREFIX, Settings, defaults
from siem_stack.settings.operations import LOG_RETENTION_DAYS

Template = assertions.Template

ACCOUNT = {"Ref": "AWS::AccountId"}
BUCKET_ARN = {"Fn::GetAtt": ["LogBucketCC3B17E8", "Arn"]}
LETTERS = "DeadLetterBucket37195E6A"
SERVICES = {
    "cloudtrail.amazonaws.com",
    "delivery.logs.amazonaws.com",
    "guardduty.amazonaws.com",
    "logdelivery.elb.amazonaws.com",
    "logdelivery.elasticloadbalancing.amazonaws.com",
    "logging.s3.amazonaws.com",
}


def _only(template: Template, kind: str, **properties: Any) -> dict[str, Any]:
    """The one resource of a kind that has these properties."""
    found = template.find_resources(kind, {"Properties": properties} if properties else None)
    (resource,) = found.values()
    return dict(resource)


def _bucket(template: Template, name: str = "LogBucketCC3B17E8") -> dict[str, Any]:
    return dict(template.find_resources("AWS::S3::Bucket")[name])


def _bucket_policy(template: Template, bucket: str = "LogBucketCC3B17E8") -> list[dict[str, Any]]:
    policy = _only(template, "AWS::S3::BucketPolicy", Bucket={"Ref": bucket})
    return list(policy["Properties"]["PolicyDocument"]["Statement"])


def _role_statements(template: Template, function: str) -> dict[str, dict[str, Any]]:
    """The rights of a function's role, by their identifiers."""
    role_id = _only(template, "AWS::Lambda::Function", Handler=f"{function}.handler.handler")["Properties"]["Role"]
    role = template.find_resources("AWS::IAM::Role")[role_id["Fn::GetAtt"][0]]["Properties"]
    assert "ManagedPolicyArns" not in role
    return {
        statement["Sid"]: statement
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    }


def _actions(statement: dict[str, Any]) -> set[str]:
    found = statement["Action"]
    return {found} if isinstance(found, str) else set(found)


def _all_statements(template: Template) -> Iterator[dict[str, Any]]:
    """Every policy statement in the template that allows something."""
    stack: list[Any] = [template.to_json()]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if node.get("Effect") == "Allow":
                yield node
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def test_the_bucket_is_private_versioned_and_encrypted_with_keys_that_load_balancers_can_use(
    template: Template,
) -> None:
    bucket = _bucket(template)["Properties"]
    assert bucket["BucketName"] == {"Fn::Join": ["", ["aes-siem-", ACCOUNT, "-log"]]}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    (lifecycle,) = bucket["LifecycleConfiguration"]["Rules"]
    assert "ExpirationInDays" not in lifecycle
    assert lifecycle["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}


def test_the_bucket_takes_tls_1_2_or_later_only(template: Template) -> None:
    denied = [each["Condition"] for each in _bucket_policy(template) if each["Effect"] == "Deny"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in denied
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in denied


def test_dead_letters_have_a_private_bucket_with_the_stacks_key(template: Template, other_template: Template) -> None:
    bucket = _bucket(template, LETTERS)["Properties"]
    assert bucket["BucketName"] == {"Fn::Join": ["", ["aes-siem-", ACCOUNT, "-dead-letters"]]}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    (key,) = template.find_resources("AWS::KMS::Key")
    assert rule["ServerSideEncryptionByDefault"] == {
        "KMSMasterKeyID": {"Fn::GetAtt": [key, "Arn"]},
        "SSEAlgorithm": "aws:kms",
    }
    assert rule["BucketKeyEnabled"] is True
    for each, days in ((template, 90), (other_template, 400)):
        (lifecycle,) = _bucket(each, LETTERS)["Properties"]["LifecycleConfiguration"]["Rules"]
        assert lifecycle["ExpirationInDays"] == days
    denied = [each["Condition"] for each in _bucket_policy(template, LETTERS)]
    assert denied == [{"Bool": {"aws:SecureTransport": "false"}}, {"NumericLessThan": {"s3:TlsVersion": 1.2}}]


def test_services_may_write_logs_of_this_account_only(template: Template) -> None:
    allowed = [each for each in _bucket_policy(template) if each["Effect"] == "Allow"]
    assert {each["Principal"]["Service"] for each in allowed} == SERVICES
    for statement in allowed:
        assert "AWS::AccountId" in str([statement.get("Condition"), statement["Resource"]]), statement["Sid"]
        assert _actions(statement) <= {"s3:GetBucketAcl", "s3:GetBucketLocation", "s3:ListBucket", "s3:PutObject"}


def test_load_balancers_send_no_acl(template: Template) -> None:
    (statement,) = (each for each in _bucket_policy(template) if each.get("Sid") == "AWSLoadBalancerWrite")
    assert "Condition" not in statement
    assert statement["Resource"] == [
        {"Fn::Join": ["", [BUCKET_ARN, "/AWSLogs/", ACCOUNT, "/*"]]},
        {"Fn::Join": ["", [BUCKET_ARN, "/*/AWSLogs/", ACCOUNT, "/*"]]},
    ]


def test_flow_logs_may_be_written_as_the_documentation_says(template: Template) -> None:
    (statement,) = (each for each in _bucket_policy(template) if each.get("Sid") == "AWSLogDeliveryWrite")
    source = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":logs:*:", ACCOUNT, ":*"]]}
    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": source},
        "StringEquals": {"aws:SourceAccount": ACCOUNT, "s3:x-amz-acl": "bucket-owner-full-control"},
    }


def test_the_key_rotates_and_has_its_alias(template: Template) -> None:
    assert _only(template, "AWS::KMS::Key")["Properties"]["EnableKeyRotation"] is True
    assert _only(template, "AWS::KMS::Alias")["Properties"]["AliasName"] == "alias/aes-siem-key"


def test_services_may_encrypt_with_the_key_and_not_decrypt(template: Template) -> None:
    statements = [
        each
        for each in _only(template, "AWS::KMS::Key")["Properties"]["KeyPolicy"]["Statement"]
        if "Service" in each["Principal"] and each["Sid"] != "AlarmsEncrypt"
    ]
    assert {each["Principal"]["Service"] for each in statements} == {
        "cloudtrail.amazonaws.com",
        "guardduty.amazonaws.com",
    }
    for statement in statements:
        assert "aws:SourceArn" in statement["Condition"]["ArnLike"]
        assert _actions(statement) <= {"kms:DescribeKey", "kms:GenerateDataKey", "kms:GenerateDataKey*"}


def test_new_objects_come_to_the_queue_whose_policy_is_there_before(template: Template) -> None:
    bucket = _bucket(template)
    (notification,) = bucket["Properties"]["NotificationConfiguration"]["QueueConfigurations"]
    assert notification["Event"] == "s3:ObjectCreated:*"
    queue = notification["Queue"]["Fn::GetAtt"][0]
    policies = template.find_resources("AWS::SQS::QueuePolicy")
    (policy_id,) = (name for name, each in policies.items() if each["Properties"]["Queues"] == [{"Ref": queue}])
    assert policy_id in bucket["DependsOn"]
    (allowed,) = (
        each for each in policies[policy_id]["Properties"]["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"
    )
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    assert "-log" in str(allowed["Condition"]["ArnLike"]["aws:SourceArn"])


def test_es_loader_has_room_for_an_object_that_must_lie_on_disk(template: Template) -> None:
    template.has_resource_properties(
        "AWS::Lambda::Function", {"Handler": "es_loader.handler.handler", "EphemeralStorage": {"Size": 2048}}
    )


@pytest.mark.parametrize(("name", "timeout"), [("template", 600), ("other_template", 900)])
def test_messages_come_again_after_six_times_the_timeout_and_end_as_dead_letters(
    request: pytest.FixtureRequest, name: str, timeout: int
) -> None:
    template: Template = request.getfixturevalue(name)
    queue = _only(template, "AWS::SQS::Queue", VisibilityTimeout=6 * timeout)["Properties"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 50
    dead_letters = template.find_resources("AWS::SQS::Queue")[
        queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    ]["Properties"]
    for each in (queue, dead_letters):
        assert each["MessageRetentionPeriod"] == 14 * 24 * 3600
        assert each["SqsManagedSseEnabled"] is True


def test_every_queue_takes_tls_only(template: Template) -> None:
    policies = template.find_resources("AWS::SQS::QueuePolicy").values()
    assert len(policies) == len(template.find_resources("AWS::SQS::Queue"))
    for policy in policies:
        statements = policy["Properties"]["PolicyDocument"]["Statement"]
        assert any(each["Effect"] == "Deny" and "aws:SecureTransport" in str(each["Condition"]) for each in statements)


def test_one_dead_letter_raises_the_alarm(template: Template) -> None:
    alarm = _only(template, "AWS::CloudWatch::Alarm", AlarmName="aes-siem-dead-letter-queue")["Properties"]
    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)
    assert "DeadLetters" in alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]


def test_only_failed_messages_come_again_and_few_loaders_run(template: Template, other_template: Template) -> None:
    mapping = _only(template, "AWS::Lambda::EventSourceMapping")["Properties"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 4}
    for other in other_template.find_resources("AWS::Lambda::EventSourceMapping").values():
        assert other["Properties"]["ScalingConfig"] == {"MaximumConcurrency": 20}
        assert other["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_no_message_is_taken_before_the_templates_are_there(template: Template) -> None:
    (setup,) = template.find_resources("Custom::DomainSetup")
    assert setup in _only(template, "AWS::Lambda::EventSourceMapping")["DependsOn"]


def test_the_setup_runs_again_when_the_code_or_the_configuration_changes(
    template: Template, other_template: Template
) -> None:
    properties = _only(template, "Custom::DomainSetup")["Properties"]
    assert "Fn::GetAtt" in properties["Endpoint"]
    assert len(properties["Source"]) == 64
    assert properties["Source"] != _only(other_template, "Custom::DomainSetup")["Properties"]["Source"]


@pytest.mark.parametrize("package", ["domain_setup", "es_loader"])
def test_the_functions_run_on_arm_with_their_own_short_lived_logs(
    template: Template, other_template: Template, package: str
) -> None:
    handler = f"{package}.handler.handler"
    function = _only(template, "AWS::Lambda::Function", Handler=handler)["Properties"]
    assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"])
    own = {"DEAD_LETTER_BUCKET", "LOG_BUCKET", "OWN_ROLE", "QUEUE_URL"} if package == "es_loader" else set()
    assert set(function["Environment"]["Variables"]) == {"LOG_LEVEL", "OPENSEARCH_ENDPOINT", *own}
    assert function["LoggingConfig"]["LogFormat"] == "JSON"
    group = template.find_resources("AWS::Logs::LogGroup")[function["LoggingConfig"]["LogGroup"]["Ref"]]
    assert group["Properties"]["LogGroupName"] == f"/aws/lambda/{function['FunctionName']}"
    assert "Architectures" not in _only(other_template, "AWS::Lambda::Function", Handler=handler)["Properties"]


def test_all_logs_are_kept_as_long_as_the_setting_says(template: Template, other_template: Template) -> None:
    for each, days in ((template, 30), (other_template, 365)):
        groups = each.find_resources("AWS::Logs::LogGroup").values()
        assert {group["Properties"]["RetentionInDays"] for group in groups} == {days}


@pytest.mark.parametrize("days", LOG_RETENTION_DAYS)
def test_cdk_knows_every_retention_that_is_allowed(days: int) -> None:
    assert retention(Settings(log_retention_days=days)).name


def test_the_loader_has_the_rights_that_it_needs_and_no_others(template: Template) -> None:
    statements = _role_statements(template, "es_loader")
    assert {name: _actions(each) for name, each in statements.items()} == {
        "DecryptLogs": {"kms:Decrypt"},
        "EncryptDeadLetters": {"kms:GenerateDataKey"},
        "OwnLog": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "QueueTheRest": {"sqs:SendMessage"},
        "ReadExclusions": {"ssm:GetParametersByPath"},
        "ReadLogs": {"s3:GetObject", "s3:GetObjectVersion"},
        "StoreDeadLetters": {"s3:PutObject"},
        "TakeMessages": {
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
        },
        "TellMissingLogs": {"s3:ListBucket"},
        "WriteDocuments": {"es:ESHttpPost"},
    }
    assert statements["TellMissingLogs"]["Resource"] == BUCKET_ARN
    assert statements["StoreDeadLetters"]["Resource"] == {
        "Fn::Join": ["", [{"Fn::GetAtt": [LETTERS, "Arn"]}, "/waiting/*"]]
    }
    assert statements["QueueTheRest"]["Resource"] == statements["TakeMessages"]["Resource"]
    assert str(statements["WriteDocuments"]["Resource"]).endswith(":domain/aes-siem/_bulk']]}")
    assert str(statements["ReadExclusions"]["Resource"]).endswith(":parameter/siem/exclude-logs']]}")


def test_the_loader_knows_its_role_and_the_bucket_that_it_reads(template: Template) -> None:
    (function,) = (
        resource["Properties"]
        for resource in template.find_resources("AWS::Lambda::Function").values()
        if resource["Properties"]["Handler"].startswith("es_loader")
    )
    variables = function["Environment"]["Variables"]
    assert variables["OWN_ROLE"] == function["Role"]
    assert variables["LOG_BUCKET"] == {"Ref": BUCKET_ARN["Fn::GetAtt"][0]}


def test_the_loader_may_go_on_in_another_invocation(template: Template) -> None:
    function = _only(template, "AWS::Lambda::Function", Handler="es_loader.handler.handler")["Properties"]
    (mapping,) = template.find_resources("AWS::Lambda::EventSourceMapping").values()
    queue = mapping["Properties"]["EventSourceArn"]["Fn::GetAtt"][0]
    assert function["RecursiveLoop"] == "Allow"
    assert function["Environment"]["Variables"]["QUEUE_URL"] == {"Ref": queue}


@pytest.mark.parametrize("name", ["template", "other_template"])
def test_no_message_comes_again_while_it_is_worked_on(request: pytest.FixtureRequest, name: str) -> None:
    """An invocation ends before its timeout, and nothing waits between taking a batch and invoking: no heartbeat."""
    found: Template = request.getfixturevalue(name)
    timeout = _only(found, "AWS::Lambda::Function", Handler="es_loader.handler.handler")["Properties"]["Timeout"]
    (mapping,) = (
        each["Properties"]
        for each in found.find_resources("AWS::Lambda::EventSourceMapping").values()
        if "Fn::GetAtt" in each["Properties"]["EventSourceArn"]
    )
    queue = found.to_json()["Resources"][mapping["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
    assert "MaximumBatchingWindowInSeconds" not in mapping
    assert queue["VisibilityTimeout"] == 6 * timeout
    budget = Budget.of(timeout, clock=lambda: 0.0)
    assert budget.reading < budget.sending <= timeout - 10
    assert queue["VisibilityTimeout"] - timeout >= 5 * timeout


def test_the_setups_role_is_the_domains_master_and_nobody_else_is(template: Template) -> None:
    (domain,) = template.find_resources("AWS::OpenSearchService::Domain").values()
    options = domain["Properties"]["AdvancedSecurityOptions"]
    (setup,) = (
        resource["Properties"]["Role"]
        for resource in template.find_resources("AWS::Lambda::Function").values()
        if resource["Properties"]["Handler"].startswith("domain_setup")
    )
    assert options == {
        "Enabled": True, "InternalUserDatabaseEnabled": False, "MasterUserOptions": {"MasterUserARN": setup},
    }  # fmt: skip


def test_roles_in_the_domain_are_given_to_the_loader_and_to_whom_the_settings_name(
    template: Template, other_template: Template
) -> None:
    (default,) = template.find_resources("Custom::DomainSetup").values()
    (loader,) = (
        resource["Properties"]["Role"]
        for resource in template.find_resources("AWS::Lambda::Function").values()
        if resource["Properties"]["Handler"].startswith("es_loader")
    )
    assert default["Properties"]["Loaders"] == [loader]
    assert (default["Properties"]["Analysts"], default["Properties"]["Administrators"]) == ([], [])
    (other,) = other_template.find_resources("Custom::DomainSetup").values()
    assert other["Properties"]["Administrators"] == ["arn:aws:iam::111122223333:role/ops/security-lead", "soc-leads"]
    assert other["Properties"]["Analysts"] == [
        "arn:aws:iam::111122223333:role/analyst", "arn:aws:iam::111122223333:user/ann", "soc",
    ]  # fmt: skip


def test_the_setup_may_touch_its_own_things_only(template: Template) -> None:
    statements = _role_statements(template, "domain_setup")
    assert set(statements) == {"Look", "OwnLog", "SetUp"}
    assert _actions(statements["SetUp"]) == {"es:ESHttpGet", "es:ESHttpPut"}
    places = [
        "_component_template/*", "_index_template/*", "_plugins/_ism/policies/*", "_plugins/_security/api/roles/*",
        "_plugins/_security/api/rolesmapping/*", "log-*-000001",
    ]  # fmt: skip
    for place, resource in zip(places, statements["SetUp"]["Resource"], strict=True):
        assert f"/{place}" in str(resource)
    assert _actions(statements["Look"]) == {"es:ESHttpGet"}
    for path, resource in zip(
        ("/_plugins/_ism/policies", "/_plugins/_security/api/roles", "/log-*"),
        statements["Look"]["Resource"],
        strict=True,
    ):
        assert path in str(resource)


@pytest.mark.parametrize("name", ["template", "other_template"])
def test_nothing_is_allowed_wholesale(request: pytest.FixtureRequest, name: str) -> None:
    for statement in _all_statements(request.getfixturevalue(name)):
        if "kms:*" in _actions(statement):  # the account itself, without which the key could not be managed
            assert ":root" in str(statement["Principal"])
        else:
            assert not any(action.endswith(":*") or action == "*" for action in _actions(statement))
        if statement.get("Principal") in ("*", {"AWS": "*"}) and statement.get("Sid") != "Dashboards":
            assert statement["Condition"]["StringEquals"].get("aws:PrincipalOrgID")


def test_the_domain_is_encrypted_everywhere(template: Template) -> None:
    domain = _only(template, "AWS::OpenSearchService::Domain")["Properties"]
    assert domain["EncryptionAtRestOptions"]["Enabled"] is True
    assert domain["EncryptionAtRestOptions"]["KmsKeyId"] == {
        "Ref": next(iter(template.find_resources("AWS::KMS::Key")))
    }
    assert domain["NodeToNodeEncryptionOptions"] == {"Enabled": True}
    assert domain["DomainEndpointOptions"]["EnforceHTTPS"] is True
    assert domain["DomainEndpointOptions"]["TLSSecurityPolicy"] == "Policy-Min-TLS-1-2-PFS-2023-10"


def test_the_domain_lets_the_account_read_if_its_identities_may(template: Template) -> None:
    statements = _only(template, "AWS::OpenSearchService::Domain")["Properties"]["AccessPolicies"]["Statement"]
    assert all(":root" in str(each["Principal"]) or each["Principal"] == {"AWS": ACCOUNT} for each in statements)
    reading, searching, ending = statements
    assert _actions(reading) == {"es:ESHttpGet", "es:ESHttpHead"}
    assert _actions(searching) == {"es:ESHttpPost"}
    assert "_bulk" not in str(searching["Resource"])
    assert all(
        str(each).rstrip("]}'").endswith(path)
        for each, path in zip(searching["Resource"][-2:], ("/_validate/query", "/*/_validate/query"), strict=True)
    )
    assert _actions(ending) == {"es:ESHttpDelete"}
    assert all("/_search/scroll" in str(each) for each in ending["Resource"])


def test_the_domain_has_the_size_and_version_of_the_settings(template: Template, other_template: Template) -> None:
    domain = _only(template, "AWS::OpenSearchService::Domain")["Properties"]
    assert (domain["DomainName"], domain["EngineVersion"]) == ("aes-siem", "OpenSearch_3.7")
    assert domain["EBSOptions"] == {"EBSEnabled": True, "VolumeSize": 50, "VolumeType": "gp3"}
    assert domain["ClusterConfig"]["InstanceType"] == "t3.medium.search"
    assert domain["ClusterConfig"]["ZoneAwarenessEnabled"] is False
    cluster = _only(other_template, "AWS::OpenSearchService::Domain")["Properties"]["ClusterConfig"]
    assert cluster["ZoneAwarenessConfig"] == {"AvailabilityZoneCount": 3}


def test_the_domains_own_logs_may_be_written_before_it_is_made(template: Template) -> None:
    (policy,) = template.find_resources("AWS::Logs::ResourcePolicy")
    assert policy in _only(template, "AWS::OpenSearchService::Domain")["DependsOn"]


@pytest.mark.parametrize("kind", ["AWS::KMS::Key", "AWS::OpenSearchService::Domain", "AWS::S3::Bucket"])
def test_what_cannot_be_had_again_is_kept(template: Template, other_template: Template, kind: str) -> None:
    for resource in template.find_resources(kind).values():
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert {each["DeletionPolicy"] for each in other_template.find_resources(kind).values()} == {"Delete"}


def test_the_outputs_name_what_a_user_asks_for(template: Template) -> None:
    assert set(template.find_outputs("*")) == {
        "AlarmTopic",
        "DeadLetterBucket",
        "DeadLetters",
        "DomainEndpoint",
        "EncryptionKey",
        "LoaderFunction",
        "LogBucket",
        "NewObjects",
    }


def test_there_is_no_function_but_ours(template: Template) -> None:
    handlers = {each["Properties"]["Handler"] for each in template.find_resources("AWS::Lambda::Function").values()}
    assert handlers == {"domain_setup.handler.handler", "es_loader.handler.handler", "loader_pause.handler.handler"}


def test_every_setting_is_tried(all_other_settings: dict[str, str]) -> None:
    assert {PREFIX + name for name in all_other_settings} == defaults().keys()


def test_every_setting_changes_the_template(templates_of_one_setting: tuple[Template, Template]) -> None:
    changed, without = templates_of_one_setting
    assert changed.to_json() != without.to_json()
