"""What CloudTrail records become: who, how it ended, on what, and what stays of their own fields."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from es_loader.declarations import LogType
from es_loader.errors import Excluded
from es_loader.logtypes.cloudtrail import _TOP_LEVEL, prepare
from es_loader.logtypes.cloudtrail_identity import MAX_TEXT, user
from es_loader.logtypes.cloudtrail_parameters import MAX_VALUES, promotion
from es_loader.pipeline import Loader
from tests.golden import load_bytes

KEY = (
    "AWSLogs/111122223333/CloudTrail/eu-west-1/2030/01/02/"
    "111122223333_CloudTrail_eu-west-1_20300102T0305Z_Ab12Cd34Ef56Gh78.json.gz"
)
EVENT = {
    "eventTime": "2030-01-02T03:04:05Z",
    "eventSource": "ec2.amazonaws.com",
    "eventName": "DescribeInstances",
    "eventID": "0f0f0f0f-2222-4333-8444-555566667777",
}
SESSION = "arn:aws:sts::111122223333:assumed-role/deployer/"
ISSUER = {"sessionContext": {"sessionIssuer": {"type": "Role", "userName": "deployer"}}}

Documents = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def documents(loader: Loader) -> Documents:
    """Load records given as their members; each takes what it does not name from EVENT."""

    def load(*records: dict[str, Any]) -> list[dict[str, Any]]:
        content = json.dumps({"Records": [EVENT | record for record in records]}).encode()
        found, report = load_bytes(loader, content, KEY)
        assert not report.failures
        return [one["_source"] for one in found]

    return load


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        ({"type": "IAMUser", "userName": "alice", "principalId": "AIDA1"}, {"name": "alice", "id": "AIDA1"}),
        ({"type": "Root", "principalId": "1" * 12, "arn": "arn:aws:iam::1:root"}, {"name": "root", "id": "1" * 12}),
        ({"type": "Root", "userName": "example-alias"}, {"name": "example-alias"}),
        ({"type": "Root", "arn": "arn:aws:sts::1:assumed-root"}, {"name": "root"}),
        ({"type": "AssumedRole", "arn": f"{SESSION}ci", **ISSUER}, {"name": "deployer", "roles": ["deployer"]}),
        ({"type": "AssumedRole", "arn": f"{SESSION}ci"}, {"name": "deployer", "roles": ["deployer"]}),
        (
            {"type": "Role", "principalId": "AROA1:ci", **ISSUER},
            {"name": "deployer", "roles": ["deployer"], "id": "AROA1:ci"},
        ),
        ({"type": "FederatedUser", "arn": "arn:aws:sts::1:federated-user/carol"}, {"name": "carol"}),
        ({"type": "FederatedUser", "arn": "arn:aws:sts::1:federated-user/carol", **ISSUER}, {"name": "deployer"}),
        (
            {"type": "SAMLUser", "userName": "dave@example.com"},
            {"name": "dave@example.com", "email": "dave@example.com"},
        ),
        ({"type": "IdentityCenterUser", "arn": "", "onBehalfOf": {"userId": "9067"}}, {"id": "9067"}),
        ({"type": "Directory", "arn": "arn:aws:ds::1:user/path/erin"}, {"name": "erin"}),
        ({"type": "Unknown", "userName": "HIDDEN_DUE_TO_SECURITY_REASONS"}, {}),
        ({"type": "AWSAccount", "principalId": "AIDA2", "userName": "x"}, {"id": "AIDA2"}),
        ({"type": "AWSService", "invokedBy": "events.amazonaws.com"}, {}),
        ({"invokedBy": "AWS Internal"}, {}),
        ({"type": ["IAMUser"], "userName": {"a": 1}, "arn": 7}, {}),
        ({"type": "IAMUser", "userName": "x" * (MAX_TEXT + 1)}, {}),
        ({}, {}),
        (None, {}),
    ],
)
def test_identity_names_the_caller(identity: Any, expected: dict[str, Any]) -> None:
    for _ in range(2):  # the second time from the cache
        assert user({"userIdentity": identity})[0] == expected


@pytest.mark.parametrize(
    ("identity", "session"),
    [
        ({"arn": f"{SESSION}alice@example.com"}, "alice@example.com"),
        ({"arn": f"{SESSION}ci/build:7"}, "build:7"),
        ({"arn": f"{SESSION}i-0123456789abcdef0", "principalId": "AROA1:other"}, "i-0123456789abcdef0"),
        ({"arn": SESSION.rstrip("/")}, None),
        ({"principalId": "AROA1:build:7"}, "build:7"),
        ({"principalId": "AIDA1"}, None),
        ({}, None),
    ],
)
def test_session_is_the_end_of_the_arn_or_of_the_principal(identity: Any, session: str | None) -> None:
    assert user({"userIdentity": identity})[1] == session


def test_a_caller_is_a_fresh_dict() -> None:
    fields = {"userIdentity": {"type": "IAMUser", "userName": "mallory"}}
    user(fields)[0]["target"] = {"name": "alice"}
    assert user(fields)[0] == {"name": "mallory"}


def test_who_a_call_is_about(documents: Documents) -> None:
    [document] = documents(
        {
            "eventSource": "iam.amazonaws.com",
            "eventName": "UpdateUser",
            "userIdentity": {"type": "AssumedRole", "arn": f"{SESSION}alice@example.com", **ISSUER},
            "requestParameters": {"userName": "bob", "newUserName": "rob"},
            "responseElements": {"user": {"userId": "AIDA3"}},
        }
    )
    assert document["user"]["target"] == {"name": "bob", "id": "AIDA3"}
    assert document["user"]["changes"] == {"name": "rob"}
    assert document["user"]["email"] == "alice@example.com"
    assert document["related"]["user"] == ["deployer", "alice@example.com", "bob", "rob"]


@pytest.mark.parametrize(
    "name", ["HIDDEN_DUE_TO_SECURITY_REASONS", "<sensitiveDataRemoved>", "****", "", None, {"a": 1}, 7]
)
def test_what_is_no_name_names_nobody(documents: Documents, name: Any) -> None:
    [document] = documents({"requestParameters": {"userName": name, "newUserName": name}})
    assert "user" not in document
    assert "related" not in document


@pytest.mark.parametrize(
    ("members", "outcome"),
    [
        ({}, "success"),
        ({"errorCode": "AccessDenied"}, "failure"),
        ({"errorMessage": "Failed authentication"}, "failure"),
        ({"errorCode": "", "errorMessage": None}, "success"),
        ({"responseElements": {"ConsoleLogin": "Success"}}, "success"),
        ({"responseElements": {"ConsoleLogin": "FAILURE"}}, "failure"),
        ({"responseElements": {"ConsoleLogin": "Success"}, "errorCode": "x"}, "success"),
        ({"responseElements": {"ConsoleLogin": "Pending"}, "errorCode": "x"}, "failure"),
        ({"responseElements": "Failure"}, "success"),
        ({"serviceEventDetails": {"ConsoleLogin": "Failure"}}, "failure"),
        ({"eventCategory": "Insight"}, None),
        ({"eventCategory": "Aggregated"}, None),
    ],
)
def test_outcome(documents: Documents, members: dict[str, Any], outcome: str | None) -> None:
    [document] = documents({"eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin", **members})
    assert document["event"].get("outcome") == outcome


@pytest.mark.parametrize(
    ("request_", "response", "instance"),
    [
        ({"instanceId": "i-0123456789abcdef0"}, None, "i-0123456789abcdef0"),
        ({"instanceId": "i-01234567"}, None, "i-01234567"),
        ({"instanceId": "db-0123456789abcdef0"}, None, None),
        ({"target": "mi-0123456789abcdef0"}, None, "mi-0123456789abcdef0"),
        (
            {"instancesSet": {"items": [{"instanceId": "i-0aaaaaaa"}]}},
            {"instancesSet": {"items": [{"instanceId": "i-0bbbbbbb"}]}},
            "i-0bbbbbbb",
        ),
        ({"instancesSet": {"items": [{"instanceId": "i-0aaaaaaa"}, {"instanceId": "i-0bbbbbbb"}]}}, None, None),
        ({"instancesSet": {"items": [7]}, "instanceId": ["i-0aaaaaaa"]}, None, None),
        ({"instancesSet": [{"instanceId": "i-0aaaaaaa"}]}, "text", None),
    ],
)
def test_instance(documents: Documents, request_: Any, response: Any, instance: str | None) -> None:
    [document] = documents({"requestParameters": request_, "responseElements": response})
    assert document["cloud"].get("instance", {}).get("id") == instance


def test_an_instance_acts_under_its_own_name(documents: Documents) -> None:
    caller = {"type": "AssumedRole", "arn": f"{SESSION}i-0123456789abcdef0", **ISSUER}
    acting, other = documents(
        {"userIdentity": caller}, {"userIdentity": caller, "requestParameters": {"instanceId": "i-01234567"}}
    )
    assert acting["cloud"]["instance"]["id"] == "i-0123456789abcdef0"
    assert other["cloud"]["instance"]["id"] == "i-01234567"


@pytest.mark.parametrize(
    ("source", "key", "file"),
    [
        ("s3.amazonaws.com", "a/b.tar.gz", {"path": "a/b.tar.gz", "name": "b.tar.gz", "extension": "gz"}),
        ("s3.amazonaws.com", "a/b", {"path": "a/b", "name": "b"}),
        ("s3.amazonaws.com.cn", "b.", {"path": "b.", "name": "b."}),
        ("s3express.amazonaws.com", "a/", {"path": "a/"}),
        ("s3.amazonaws.com", "", None),
        ("s3.amazonaws.com", {"id": 1}, None),
        ("dynamodb.amazonaws.com", "a/b.c", None),
    ],
)
def test_file(documents: Documents, source: str, key: Any, file: dict[str, str] | None) -> None:
    [document] = documents({"eventSource": source, "requestParameters": {"key": key, "bucketName": "example"}})
    assert document.get("file") == file


@pytest.mark.parametrize(
    ("source", "group"),
    [
        ("iam.amazonaws.com", {"name": "ops", "id": "AGPA1"}),
        ("identitystore.amazonaws.com", {"name": "ops", "id": "AGPA1"}),
        ("ec2.amazonaws.com", None),
        ("resource-groups.amazonaws.com", None),
    ],
)
def test_group_is_one_of_users(documents: Documents, source: str, group: dict[str, str] | None) -> None:
    [document] = documents(
        {
            "eventSource": source,
            "requestParameters": {"groupName": "ops"},
            "responseElements": {"group": {"groupId": "AGPA1"}},
        }
    )
    assert document.get("group") == group
    assert document["aws"]["cloudtrail"]["request"] == {"groupName": "ops"}


@pytest.mark.parametrize(
    ("version", "tls"),
    [
        ("TLSv1.3", {"version": "1.3", "version_protocol": "tls"}),
        ("TLSv1.2", {"version": "1.2", "version_protocol": "tls"}),
        ("1.3", None),
        ("", None),
        (["TLSv1.3"], None),
    ],
)
def test_tls_version(documents: Documents, version: Any, tls: dict[str, str] | None) -> None:
    [document] = documents({"tlsDetails": {"tlsVersion": version}})
    assert document.get("tls") == tls


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.7", {"address": "192.0.2.7", "ip": "192.0.2.7"}),
        ("2001:db8::7", {"address": "2001:db8::7", "ip": "2001:db8::7"}),
        ("lambda.amazonaws.com", {"address": "lambda.amazonaws.com", "domain": "lambda.amazonaws.com"}),
        ("AWS Internal", {"address": "AWS Internal"}),
        ("010.1.2.3", {"address": "010.1.2.3"}),
        (None, None),
    ],
)
def test_source(documents: Documents, address: Any, source: dict[str, str] | None) -> None:
    [document] = documents({"sourceIPAddress": address})
    assert document.get("source") == source
    assert document.get("related", {}).get("ip") == ([source["ip"]] if source and "ip" in source else None)


@pytest.mark.parametrize(
    ("fields", "account"),
    [
        ({"recipientAccountId": "1" * 12, "userIdentity": {"accountId": "2" * 12}}, "1" * 12),
        ({"accountId": "3" * 12, "userIdentity": {"accountId": "2" * 12}}, "3" * 12),
        ({"userIdentity": {"accountId": "2" * 12}}, "2" * 12),
        ({}, "111122223333"),
    ],
)
def test_account_is_whose_trail_wrote_the_record(documents: Documents, fields: dict[str, Any], account: str) -> None:
    assert documents(fields)[0]["cloud"]["account"]["id"] == account


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"parameters": "text"}, {"parameters": "text"}),
        ({"parameters": {"a": [1, None, {}]}}, {"parameters": {"a": [1]}}),
        (
            {"parameters": None, "aws:SecureTransport": "true", "a.b": {"c.d": 1}},
            {"aws:SecureTransport": "true", "a.b": {"c.d": 1}},
        ),
        (' {"bucketName": "example"}', {"bucketName": "example"}),
        ('{"cut off', {"value": '{"cut off'}),
        ("HIDDEN_DUE_TO_SECURITY_REASONS", {"value": "HIDDEN_DUE_TO_SECURITY_REASONS"}),
        ([1, "two", None], {"value": [1, "two"]}),
        ({"omitted": True}, {"omitted": True}),
        (7, {"value": 7}),
        ({}, None),
        ("", None),
        (None, None),
    ],
)
@pytest.mark.parametrize(
    "name", ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"]
)
def test_a_tree_is_an_object_whatever_it_was(documents: Documents, name: str, value: Any, kept: Any) -> None:
    [document] = documents({name: value, "requestID": "1"})
    assert document["aws"]["cloudtrail"].get(name) == kept


def test_booleans_may_be_text(documents: Documents) -> None:
    attributes = {"mfaAuthenticated": "false", "creationDate": "2030-01-02T03:00:00Z"}
    [document] = documents(
        {"readOnly": "true", "managementEvent": True, "userIdentity": {"sessionContext": {"attributes": attributes}}}
    )
    own = document["aws"]["cloudtrail"]
    assert (own["readOnly"], own["managementEvent"]) == (True, True)
    assert own["userIdentity"]["sessionContext"]["attributes"]["mfaAuthenticated"] is False


def test_members_of_later_versions_stay_together(documents: Documents) -> None:
    [document] = documents({"newMember": {"a": {"b": 1}}, "other-new": "x"})
    assert document["aws"]["cloudtrail"]["unmapped"] == {"newMember": {"a": {"b": 1}}, "other-new": "x"}


def test_resources_are_parallel_lists(documents: Documents) -> None:
    key = {"type": "AWS::KMS::Key", "accountId": "111122223333"}
    resources = [key | {"ARN": "arn:a"}, key | {"ARN": "arn:b"}, key | {"ARN": "arn:a"}, None, "text"]
    [document] = documents({"resources": resources})
    assert document["aws"]["cloudtrail"]["resources"] == {
        "ARN": ["arn:a", "arn:b"],
        "accountId": ["111122223333"] * 2,
        "type": ["AWS::KMS::Key"] * 2,
    }


@pytest.mark.parametrize("resources", [None, [], {}, "text", [None]])
def test_no_resources(documents: Documents, resources: Any) -> None:
    [document] = documents({"resources": resources})
    assert "cloudtrail" not in document["aws"]


def test_sign_in_details(documents: Documents) -> None:
    details = {"MFAUsed": "Yes", "MobileVersion": "No", "LoginTo": "https://console.aws.amazon.com/"}
    signing_in, other = documents(
        {"eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin", "additionalEventData": details},
        {"additionalEventData": details, "eventID": "other"},
    )
    assert signing_in["aws"]["cloudtrail"]["console_login"] == {
        "mfa_used": True,
        "mobile_version": False,
        "login_to": "https://console.aws.amazon.com/",
    }
    assert "console_login" not in other["aws"]["cloudtrail"]


def test_a_digest_is_dropped() -> None:
    with pytest.raises(Excluded, match="digest"):
        prepare({"awsAccountId": "111122223333", "digestStartTime": "2030-01-02T02:00:00Z", "logFiles": []})


def test_names_may_be_spelled_otherwise() -> None:
    found = prepare({"EventTime": "2030-01-02T03:04:05Z", "EventId": "1", "SharedEventId": "2", "RequestID": "3"})
    assert found == {"eventTime": "2030-01-02T03:04:05Z", "eventID": "1", "sharedEventID": "2", "requestID": "3"}


def test_the_documented_spelling_wins() -> None:
    assert prepare({"eventID": "1", "eventId": "2"})["eventID"] == "1"


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        ({"name": "x"}, {"name": "x"}),
        ({"name": 7, "other": 1}, {"name": "7"}),
        ({"name": ["x", "y", "x", None, {}]}, {"name": ["x", "y"]}),
        ({"set": {"items": [{"id": "a"}, {"id": ["b", "a"]}, 7, None]}}, {"set": {"items": {"id": ["a", "b"]}}}),
        ({"set": {"items": {"id": "a"}}}, {"set": {"items": {"id": "a"}}}),
        ({"set": {"items": "text"}, "count": "12"}, {"count": 12}),
        ({"set": "text", "name": {"a": 1}, "count": "many"}, {}),
        ({"name": ""}, {}),
        ({}, {}),
    ],
)
def test_declared_members_are_counted(tree: dict[str, Any], found: dict[str, Any]) -> None:
    declared = {
        "request.name": "keyword",
        "request.set.items.id": "keyword",
        "request.count": "long",
        "response.other": "keyword",
    }
    assert promotion(declared, "request")(tree) == found


def test_a_call_that_names_thousands_keeps_the_first() -> None:
    tree = {"ids": [str(number) for number in range(2 * MAX_VALUES)]}
    assert len(promotion({"request.ids": "keyword"}, "request")(tree)["ids"]) == MAX_VALUES


def test_a_field_has_one_shape(loader: Loader) -> None:
    log_type: LogType = loader.config.log_types["cloudtrail"]
    declared = sorted({**(log_type.original_fields or {}), **log_type.script_fields})
    assert not [(one, other) for one in declared for other in declared if other.startswith(f"{one}.")]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.just('{"a": [1]}'),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["items", "instancesSet", "user", "userName", "ConsoleLogin", "key", "arn"]), inner
        )
    ),
    max_leaves=6,
)
MEMBERS = (*_TOP_LEVEL - {"eventTime", "timeWindow"}, "eventId", "new")


@given(members=st.dictionaries(st.sampled_from(sorted(MEMBERS)), VALUES))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_shape_of_any_member_costs_the_record(documents: Documents, members: dict[str, Any]) -> None:
    [document] = documents(members)
    assert document["event"]["kind"] in {"event", "alert", "metric"}
