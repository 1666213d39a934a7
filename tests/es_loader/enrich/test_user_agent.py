"""Agents of browsers, tools and AWS's own callers, and texts that are none."""

import subprocess
import sys
from typing import Any

import pytest

from es_loader.enrich import user_agent
from es_loader.enrich.user_agent import MAX_AGENT, MAX_NAME, describe, enrich_user_agent
from tests.timing import within

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.2 Mobile/15E148 Safari/604.1"
)
BOTO3 = "Boto3/1.28.5 md/Botocore#1.31.5 ua/2.0 os/linux#5.10 md/arch#x86_64 lang/python#3.11.4 cfg/retry-mode#legacy"
TERRAFORM = (
    "APN/1.0 HashiCorp/1.0 Terraform/1.5.7 (+https://www.terraform.io) "
    "terraform-provider-aws/5.17.0 aws-sdk-go-v2/1.21.0 os/linux"
)


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (
            CHROME,
            {
                "name": "Chrome",
                "version": "120.0.0.0",
                "os": {"name": "Windows", "version": "10", "full": "Windows 10"},
            },
        ),
        (
            IPHONE,
            {
                "name": "Mobile Safari",
                "version": "17.2",
                "os": {"name": "iOS", "version": "17.2.1", "full": "iOS 17.2.1"},
                "device": {"name": "iPhone"},
            },
        ),
        ("curl/8.5.0", {"name": "curl", "version": "8.5.0"}),
        (
            "Googlebot/2.1 (+http://www.google.com/bot.html)",
            {"name": "Googlebot", "version": "2.1", "device": {"name": "Spider"}},
        ),
    ],
)
def test_browsers_tools_and_crawlers(agent: str, expected: dict[str, Any]) -> None:
    assert describe(agent) == expected


@pytest.mark.parametrize(
    ("agent", "name", "version"),
    [
        ("aws-cli/2.15.30 Python/3.11.8 Linux/6.1 exe/x86_64.amzn.2023 command/s3.ls", "aws-cli", "2.15.30"),
        (BOTO3, "Boto3", "1.28.5"),
        (TERRAFORM, "Terraform", "1.5.7"),
        ("[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11.1030 Linux/5.4]", "S3Console", "0.4"),
        ("[aws-sdk-java/2.20.1 Linux/5.4]", "aws-sdk-java", "2.20.1"),
        ("aws-internal/3 aws-sdk-java/1.12.1", "aws-internal", "3"),
        ("AWSCloudTrail, aws-internal/3", "AWSCloudTrail", None),
        ("ElasticMapReduce/1.0.0 emrfs/s3n", "ElasticMapReduce", "1.0.0"),
        ("ELB-HealthChecker/2.0", "ELB-HealthChecker", "2.0"),
        ("s3.amazonaws.com", "s3.amazonaws.com", None),
        ("console.amazonaws.com", "console.amazonaws.com", None),
        ("s3.cn-north-1.amazonaws.com.cn", "s3.cn-north-1.amazonaws.com.cn", None),
        ("AWS Internal", "AWS Internal", None),
        ("Amazon CloudFront", "Amazon CloudFront", None),
        ("kubectl/v1.28.2 (linux/amd64) kubernetes/89a4ea3", "kubectl", "1.28.2"),
        ("Mozilla/5.0 zgrab/0.x", "zgrab", "0.x"),
    ],
)
def test_a_caller_keeps_its_own_name(agent: str, name: str, version: str | None) -> None:
    found = describe(agent)
    assert (found["name"], found.get("version")) == (name, version)
    assert "device" not in found


def test_the_system_of_newer_sdks_has_its_version() -> None:
    assert describe(BOTO3)["os"] == {"name": "Linux", "version": "5.10", "full": "Linux 5.10"}


@pytest.mark.parametrize(
    "agent", ["", "-", "[]", "****", "HIDDEN_DUE_TO_SECURITY_REASONS", "() { :; }; ping", "${jndi:ldap://x}"]
)
def test_what_is_no_agent_tells_nothing(agent: str) -> None:
    assert describe(agent) == {}


@pytest.mark.parametrize("doc", [{}, {"user_agent": "curl/8"}, {"user_agent": {}}, {"user_agent": {"original": 7}}])
def test_a_document_without_an_agent_stays_as_it_is(doc: dict[str, Any]) -> None:
    before = repr(doc)
    enrich_user_agent(doc, "user_agent")
    assert repr(doc) == before


def test_the_original_stays_whole() -> None:
    doc = {"user_agent": {"original": CHROME + "x" * 5000}}
    enrich_user_agent(doc, "user_agent")
    assert doc["user_agent"]["original"] == CHROME + "x" * 5000
    assert doc["user_agent"]["name"] == "Chrome"


@pytest.mark.parametrize("unit", ["bot/", "; ", "Mozilla/5.0 (Linux; ", "a", "(", "aws-sdk-", "os/", "1.", "\ud800"])
def test_a_hostile_agent_costs_milliseconds(unit: str) -> None:
    describe("warm up")
    with within(0.25):
        found = describe(unit * 100_000)
    assert all(len(value) <= MAX_NAME for value in found.values() if isinstance(value, str))


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_agent, "_CACHE_LIMIT", 4)
    user_agent._finished.clear()
    for number in range(20):
        enrich_user_agent({"user_agent": {"original": f"tool/{number}" + " " * 2000}}, "user_agent")
    assert len(user_agent._finished) <= 4
    assert all(len(text) <= MAX_AGENT for text in user_agent._finished)


def test_the_parser_is_imported_only_when_needed() -> None:
    code = "import sys; sys.path.insert(0, 'lambda'); import es_loader.enrich.user_agent; print('ua_parser' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
