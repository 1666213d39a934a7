"""An object's key -> the log type that reads it, and account, region and organisation that the key names."""

import re
from typing import NamedTuple

from es_loader.declarations import Config, LogType

UNDELIVERED = "Firehose error output"

# Firehose puts what it could not deliver below an error prefix; in `…/error/…` the error folder comes last.
_SKIPPED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("folder marker", re.compile(r"/\Z")),
    ("CloudTrail digest", re.compile(r"(?:^|/)CloudTrail-Digest/")),
    (UNDELIVERED, re.compile(r"(?:^|/)error/(?:20\d\d/|[a-z-]+-failed/)|/[a-z-]+-failed/20\d\d/")),
    ("delivery test object", re.compile(r"(?:^|/)(?:aws-logs-write-test|ELB[A-Za-z]*LogTestFile)\Z")),
)

# The error logs of web servers lie in an error folder of their own: only a second one is Firehose's. A prefix before
# AWSLogs/ may be called like a web server's folder.
_ERROR_LOG = re.compile(r"(?>.*AWSLogs/|(?!.*AWSLogs/))(?!.*[Aa]ccess/).*?(?:[Aa]pache|[Nn]ginx).*?[Ee]rror(?=/)")
_ERROR_FOLDER = re.compile(r"[Ee]rror(?=/)")
_SECOND_ERROR_FOLDER = (UNDELIVERED, re.compile(r"/error/"))

_REGION = (
    r"[a-z]{2,4}(?:-(?:gov|iso[a-z]?|de))?"
    r"-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d{1,2}"
)
# Keys as notifications write them, with `%3D` for `=`, are understood too.
_ACCOUNTS = (
    re.compile(r"(?:^|/)AWSLogs/(?:o-[a-z0-9]{10,32}/)?/?(\d{12})/"),
    re.compile(r"(?:^|/)(?:aws[-_]?)?account(?:[-_]?id)?(?:=|%3D)(\d{12})/", re.IGNORECASE),
    re.compile(r"(?:^|/)(\d{12})_[A-Za-z][A-Za-z-]*_"),
    re.compile(r"(?:^|/)(?!20[0-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d/)(\d{12})/"),
)
_REGIONS = (
    re.compile(rf"(?:^|/)(?:aws[-_]?)?region(?:=|%3D)({_REGION})/", re.IGNORECASE),
    re.compile(rf"(?:^|/)({_REGION})/"),
    re.compile(rf"_({_REGION})_"),
)
_ORGANIZATION = re.compile(r"(?:^|/)(o-[a-z0-9]{10,32})/")


class Match(NamedTuple):
    """A log type whose `s3_key` is found in a key; `ignored` if its `s3_key_ignored` is found too."""

    log_type: LogType
    ignored: bool


class Place(NamedTuple):
    """What a key says about where its log was written."""

    account: str | None
    region: str | None
    organization: str | None


def skip_reason(key: str) -> str | None:
    """Return why no log type takes this key; None if one may."""
    own = _ERROR_LOG.match(key)
    if own is None:
        return _first_reason(_SKIPPED, key)
    return _first_reason((*_SKIPPED, _SECOND_ERROR_FOLDER), key[own.end() :])


def reason_to_skip(config: Config, key: str) -> str | None:
    """Return why the object under a key is not opened, whatever log type it might be of; None if it may be.

    A user's section whose `s3_key` names an error folder takes what lies there: only a second one is Firehose's.
    """
    reason = skip_reason(key)
    own = _ERROR_FOLDER.search(key)
    if reason != UNDELIVERED or own is None or not _is_users_error_log(config, key):
        return reason
    return _first_reason((*_SKIPPED, _SECOND_ERROR_FOLDER), key[own.end() :])


def _is_users_error_log(config: Config, key: str) -> bool:
    users = (log_type.s3_key for log_type in config.log_types.values() if log_type.user_key)
    return any("rror" in s3_key.pattern and s3_key.search(key) for s3_key in users)


def _first_reason(skipped: tuple[tuple[str, re.Pattern[str]], ...], key: str) -> str | None:
    return next((reason for reason, pattern in skipped if pattern.search(key)), None)


def matches(config: Config, key: str) -> list[Match]:
    """Return every log type whose `s3_key` is found in the key, in order of precedence: users' before built-in."""
    return [
        Match(log_type, bool(log_type.s3_key_ignored and log_type.s3_key_ignored.search(key)))
        for log_type in config.log_types.values()
        if log_type.s3_key.search(key)
    ]


def classify(config: Config, key: str) -> LogType | None:
    """Return the log type that reads the object under this key; None if none does."""
    return next((match.log_type for match in matches(config, key) if not match.ignored), None)


def place(key: str) -> Place:
    """Read account, region and organisation from a key, only from whole path segments or parts of the file name."""
    organization = _ORGANIZATION.search(key)
    return Place(
        _first(_ACCOUNTS, key),
        _first(_REGIONS, key),
        organization[1] if organization else None,
    )


def _first(patterns: tuple[re.Pattern[str], ...], key: str) -> str | None:
    return next((match[1] for pattern in patterns if (match := pattern.search(key))), None)
