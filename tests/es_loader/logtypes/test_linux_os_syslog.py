"""Messages of Linux hosts in every carrier, and which of them are the authentication log's."""

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.declarations import Config
from es_loader.errors import RecordError
from es_loader.logtypes.linux_messages import parse, starts
from es_loader.logtypes.linux_os_syslog import belongs
from es_loader.pipeline import Loader
from tests.golden import builtin_config, load_bytes

KEY = "AWSLogs/111122223333/EC2/Linux/eu-west-1/2030/01/02/02/siem-linux-os-1-2030-01-02-02-55-00-0a1b2c3d"
CONFIG = builtin_config()
LOADER = Loader(CONFIG)
KERNEL = "Jan  2 02:55:01 web-1 kernel: eth0: link is up"
SSHD = "Jan  2 02:55:02 web-1 sshd[4711]: Invalid user x from 203.0.113.9 port 50022"
CONTROL = "CWL CONTROL MESSAGE: Checking health of destination Firehose."


def envelope(*messages: str, kind: str = "DATA_MESSAGE") -> bytes:
    data = kind == "DATA_MESSAGE"
    return json.dumps(
        {
            "messageType": kind,
            "owner": "123456789012" if data else "CloudwatchLogs",
            "logGroup": "/ec2/linux/messages" if data else "",
            "logStream": "i-0123456789abcdef0" if data else "",
            "subscriptionFilters": ["siem"],
            "logEvents": [
                {"id": f"{number:056d}", "timestamp": 1_893_552_900_000 + number, "message": message}
                for number, message in enumerate(messages)
            ],
        }
    ).encode()


def load(content: bytes, config: Config | None = None) -> list[dict[str, Any]]:
    documents, report = load_bytes(Loader(config) if config else LOADER, content, KEY)
    assert report.log_type == "linux-os-syslog"
    return documents


MEMBERS = (envelope(CONTROL, kind="CONTROL_MESSAGE"), envelope(KERNEL), envelope(SSHD))


@pytest.mark.parametrize(
    "content",
    [
        b"".join(map(gzip.compress, MEMBERS)),
        gzip.compress(b"".join(map(gzip.compress, MEMBERS))),
        b"".join(MEMBERS),
        b"\n".join(MEMBERS),
        f"{CONTROL}\n{KERNEL}\n{SSHD}\n".encode(),
        f"{KERNEL}\r\n{CONTROL}\r\n{SSHD}".encode(),
        gzip.compress(f"{KERNEL}\n{SSHD}\n{CONTROL}\n".encode()),
    ],
    ids=["members", "gzip-in-gzip", "concatenated", "lines", "messages", "messages-crlf", "messages-gzip"],
)
def test_every_carrier_gives_the_same_messages(content: bytes) -> None:
    documents = load(content)
    assert [document["_index"] for document in documents] == ["log-linux-os-2030-01", "log-linux-secure-2030-01"]
    first, second = (document["_source"] for document in documents)
    assert (first["message"], first["process"], first["host"]["name"]) == (
        "eth0: link is up",
        {"name": "kernel"},
        "web-1",
    )
    assert (second["user"]["name"], second["source"]["ip"]) == ("x", "203.0.113.9")
    assert {document["cloud"]["account"]["id"] for document in (first, second)} <= {"111122223333", "123456789012"}
    assert {document["cloud"]["region"] for document in (first, second)} == {"eu-west-1"}


def test_envelopes_tell_account_instance_and_id_also_of_records_that_move() -> None:
    for document in load(envelope(KERNEL, SSHD)):
        source = document["_source"]
        assert source["cloud"]["account"]["id"] == "123456789012"
        assert source["cloud"]["instance"]["id"] == source["host"]["id"] == "i-0123456789abcdef0"
        assert source["aws"]["cloudwatch"]["log_group"] == "/ec2/linux/messages"
        assert len(document["_id"]) == 32


def test_a_delivery_in_another_object_gives_the_same_ids() -> None:
    first, second = load(envelope(KERNEL, SSHD)), load(MEMBERS[0] + envelope(KERNEL, SSHD))
    assert [document["_id"] for document in first] == [document["_id"] for document in second]


def test_a_message_of_several_lines_is_one_record() -> None:
    text = "Jan  2 02:55:01 web-1 java[7]: Exception\n\tat Main\n\tat Other"
    for content in (envelope(text + "\r\n"), text.encode()):
        (document,) = load(content)
        assert document["_source"]["message"] == "Exception\n\tat Main\n\tat Other"


def test_a_text_without_header_needs_its_carriers_time() -> None:
    (document,) = load(envelope("hello"))
    source = document["_source"]
    assert (source["@timestamp"], source["message"]) == ("2030-01-02T02:55:00.000Z", "hello")
    assert {"host", "process", "log"}.isdisjoint(source) or source["host"] == {"id": "i-0123456789abcdef0"}
    assert source["event"]["kind"] == "event"
    (failed,) = load(b"hello\n")
    assert failed["_source"]["event"]["kind"] == "pipeline_error"
    assert failed["_index"].startswith("log-linux-os-")


def test_an_empty_message_is_a_document_too() -> None:
    (document,) = load(envelope(""))
    assert "message" not in document["_source"]


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"Jan  2 02:55:01 web-1 {program}[7]: x"
            for program in (
                *("sshd", "sshd-session", "sshd-auth", "sudo", "su", "login", "systemd-logind", "polkitd", "passwd"),
                *("chpasswd", "chage", "chfn", "chsh", "useradd", "userdel", "usermod", "groupadd", "groupdel"),
                *("groupmod", "gpasswd", "newgrp", "pkexec", "unix_chkpwd", "gdm-password", "vsftpd", "ftpd"),
            )
        ),
        "Jan  2 02:55:01 web-1 CRON[7]: pam_unix(cron:session): session closed for user root",
        "Jan  2 02:55:01 web-1 crond[7]: PAM unable to dlopen(/lib64/security/pam_x.so): no such file",
        "Jan  2 02:55:01 web-1 gdm(pam_unix)[7]: session opened for user ann by (uid=0)",
        "Jan  2 02:55:01 web-1 x[7]: message repeated 2 times: [ pam_unix(x:auth): check pass; user unknown]",
        "<86>1 2030-01-02T02:55:01Z web-1 sshd 7 - - x",
        "2030-01-02T02:55:01Z sshd[7]: x",
    ],
)
def test_records_of_authentication_belong_to_the_other_section(text: str) -> None:
    assert belongs(parse(text)) == "linux-secure"


@pytest.mark.parametrize(
    "text",
    [
        KERNEL,
        "Jan  2 02:55:01 web-1 systemd[1]: Started Session 5 of user ann.",
        "Jan  2 02:55:01 web-1 systemd[1]: Starting sshd.service...",
        "Jan  2 02:55:01 web-1 CRON[7]: (root) CMD (sudo id)",
        "Jan  2 02:55:01 web-1 sshd-keygen[7]: x",
        "Jan  2 02:55:01 web-1 sshd",
        "Jan  2 02:55:01 web-1 app: sshd[7]: Accepted password for root",
        "sshd[7]: no header",
        "",
    ],
)
def test_other_records_stay(text: str) -> None:
    assert belongs(parse(text)) is None


def test_without_the_other_section_records_stay_where_they_are() -> None:
    rest = {name: log_type for name, log_type in CONFIG.log_types.items() if name != "linux-secure"}
    (document,) = load(SSHD.encode(), replace(CONFIG, log_types=rest))
    source = document["_source"]
    assert document["_index"] == "log-linux-os-2030-01"
    assert source["event"]["dataset"] == "system.syslog"
    assert source["message"].startswith("Invalid user")
    assert "source" not in source


def test_a_record_that_moves_may_fail_like_any_other() -> None:
    documents = load(f"Feb 30 02:55:01 web-1 sshd[7]: x\n{SSHD}".encode())
    assert [document["_source"]["event"]["kind"] for document in documents] == ["pipeline_error", "event"]


@pytest.mark.parametrize(
    ("line", "first"),
    [
        (KERNEL, True),
        ("<30>Jan  2 02:55:01 web-1 x: y", True),
        ("Jan 2 02:55:01 web-1 x: y", True),
        ("2030-01-02T02:55:01Z web-1 x: y", True),
        ("2030-01-02 02:55:01 web-1 x: y", True),
        ("Got 3 errors", False),
        ("Mar 3 errors", False),
        ("2030-01-02", False),
        ("\tat Main", False),
        ("", False),
    ],
)
def test_which_lines_begin_a_message(line: str, first: bool) -> None:
    assert starts(line) is first


@given(st.text(max_size=300))
def test_any_text_is_a_record_or_a_record_error(text: str) -> None:
    for candidate in (text, f"Jan  2 02:55:01 web-1 {text}", f"Jan  2 02:55:01 web-1 sshd[7]: {text}"):
        try:
            belongs(parse(candidate))
        except RecordError:
            continue
    documents = load(envelope(text, f"Jan  2 02:55:01 web-1 sshd: {text}"))
    assert {document["_source"]["event"]["kind"] for document in documents} <= {"event"}
