"""Which words are for which region, and what is refused."""

import pytest

from siem_stack.log_sources import log_sources
from siem_stack.log_sources.regions import (
    Here,
    RegionError,
    Word,
    belongs,
    in_region,
    regions_of,
    require_possible,
    word,
)
from siem_stack.log_sources.source import LogSource, Where
from siem_stack.settings import PREFIX, Settings, from_context

HOME, OTHER, UNKNOWN = Here("us-east-1", "us-east-1"), Here("eu-west-1", "us-east-1"), Here(None, None)
ACL = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/web/0a1b2c3d"


def settings_of(**values: str) -> Settings:
    return from_context({PREFIX + name: value for name, value in values.items()})


def source(name: str) -> LogSource:
    return next(each for each in log_sources() if each.name == name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vpc-0a1b2c3d", Word(None, "vpc-0a1b2c3d")),
        ("eu-west-1/vpc-0a1b2c3d", Word("eu-west-1", "vpc-0a1b2c3d")),
        ("us-gov-west-1/create", Word("us-gov-west-1", "create")),
        ("eu-west-1//var/log/messages", Word("eu-west-1", "/var/log/messages")),
        ("/var/log/messages", Word(None, "/var/log/messages")),
        (ACL, Word("eu-west-1", ACL)),
        (
            "arn:aws:cloudfront::111122223333:distribution/E1",
            Word(None, "arn:aws:cloudfront::111122223333:distribution/E1"),
        ),
    ],
)
def test_words(text: str, expected: Word) -> None:
    assert word(text) == expected


@pytest.mark.parametrize(
    ("words", "here", "where", "expected"),
    [
        ("a eu-west-1/b us-east-1/c", HOME, Where.RESOURCES, "a c"),
        ("a eu-west-1/b us-east-1/c", OTHER, Where.RESOURCES, "b"),
        ("a eu-west-1/b", UNKNOWN, Where.RESOURCES, "a"),
        (f"a {ACL}", OTHER, Where.RESOURCES, ACL),
        (f"a {ACL}", HOME, Where.RESOURCES, "a"),
        (f"a {ACL}", UNKNOWN, Where.RESOURCES, f"a {ACL}"),
        ("create eu-west-1/b", OTHER, Where.EACH_REGION, "b"),
        ("create eu-west-1/b", HOME, Where.EACH_REGION, "create"),
        ("create us-east-1/b", OTHER, Where.EACH_REGION, "create"),
        ("create us-east-1/b", HOME, Where.EACH_REGION, "b"),
        ("us-west-2/b", HOME, Where.EACH_REGION, ""),
    ],
)
def test_words_of_a_stack(words: str, here: Here, where: Where, expected: str) -> None:
    assert in_region(words, here, where) == expected


VIRGINIA = Here("us-east-1", "eu-west-1")


@pytest.mark.parametrize(
    ("name", "settings", "here", "expected"),
    [
        ("cloudtrail", {"cloudtrail": "management"}, HOME, True),
        ("cloudtrail", {"cloudtrail": "management", "log_regions": "eu-west-1"}, OTHER, False),
        ("cloudfront_standard", {"cloudfront_standard": "E1A2B3C4D5E6F7"}, HOME, True),
        ("cloudfront_standard", {"cloudfront_standard": "E1A2B3C4D5E6F7"}, VIRGINIA, True),
        ("cloudfront_standard", {"cloudfront_standard": "E1A2B3C4D5E6F7"}, OTHER, False),
        ("cloudfront_standard", {"cloudfront_standard": "E1A2B3C4D5E6F7"}, UNKNOWN, False),
        ("guardduty", {"guardduty": "create"}, UNKNOWN, True),
        ("guardduty", {"guardduty": "create", "log_regions": "eu-west-1"}, OTHER, True),
        ("guardduty", {"guardduty": "create", "cloudfront_standard": "E1A2B3C4D5E6F7"}, VIRGINIA, False),
        ("guardduty", {"guardduty": "eu-west-1/create"}, OTHER, True),
    ],
)
def test_where_a_source_belongs(name: str, settings: dict[str, str], here: Here, expected: bool) -> None:
    assert belongs(source(name), settings_of(**settings), here) is expected


@pytest.mark.parametrize(
    ("name", "settings", "home", "expected"),
    [
        ("vpc_flow_logs", {}, "us-east-1", set()),
        (
            "vpc_flow_logs",
            {"vpc_flow_logs": "vpc-0a1b2c3d eu-west-1/vpc-0123abcd", "log_regions": "eu-west-2"},
            "us-east-1",
            {"eu-west-1"},
        ),
        ("vpc_flow_logs", {"vpc_flow_logs": "us-east-1/vpc-0a1b2c3d"}, "us-east-1", set()),
        ("guardduty", {"guardduty": "create", "log_regions": "eu-west-1 us-east-1"}, "us-east-1", {"eu-west-1"}),
        ("guardduty", {"log_regions": "eu-west-1"}, "us-east-1", set()),
        ("cloudfront_standard", {"cloudfront_standard": "E1A2B3C4D5E6F7"}, "us-east-1", set()),
        ("cloudfront_standard", {"cloudfront_standard": "E1A2B3C4D5E6F7"}, "eu-west-1", {"us-east-1"}),
        ("cloudfront_standard", {"cloudfront_standard": "E1A2B3C4D5E6F7"}, None, {"us-east-1"}),
        ("cloudtrail", {"cloudtrail": "management", "log_regions": "eu-west-1"}, "us-east-1", set()),
    ],
)
def test_regions_that_a_source_asks_for(
    name: str, settings: dict[str, str], home: str | None, expected: set[str]
) -> None:
    assert regions_of(source(name), settings_of(**settings), home) == expected


@pytest.mark.parametrize(
    ("settings", "home", "message"),
    [
        (
            {"cloudfront_standard": "E1A2B3C4D5E6F7"},
            "us-gov-west-1",
            "siem:cloudfront_standard must be empty in us-gov-west-1: aws-us-gov",
        ),
        (
            {"cloudfront_standard": "E1A2B3C4D5E6F7"},
            "cn-north-1",
            "siem:cloudfront_standard must be empty in cn-north-1: aws-cn",
        ),
        (
            {"vpc_flow_logs": "cn-north-1/vpc-0a1b2c3d"},
            "us-east-1",
            "siem:vpc_flow_logs cannot be in cn-north-1: nothing is delivered",
        ),
        (
            {"guardduty": "create", "log_regions": "us-gov-east-1"},
            "eu-west-1",
            "siem:guardduty cannot be in us-gov-east-1",
        ),
        (
            {"guardduty": "create", "log_regions": "eu-west-1"},
            "me-south-1",
            "siem:guardduty cannot be in eu-west-1 with the log bucket in me-south-1",
        ),
        (
            {"guardduty": "create", "log_regions": "eu-west-1 me-south-1"},
            "us-east-1",
            "siem:guardduty cannot be in eu-west-1 me-south-1 with the log bucket in us-east-1.*as me-south-1",
        ),
    ],
)
def test_what_cannot_be_delivered(settings: dict[str, str], home: str, message: str) -> None:
    with pytest.raises(RegionError, match=message):
        require_possible(log_sources(), settings_of(**settings), home)


@pytest.mark.parametrize("home", [None, "us-east-1", "me-south-1", "cn-north-1", "us-gov-west-1"])
def test_what_can(home: str | None) -> None:
    require_possible(log_sources(), settings_of(guardduty="create", vpc_flow_logs="vpc-0a1b2c3d"), home)
