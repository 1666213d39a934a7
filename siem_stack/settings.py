"""cdk context -> settings: each is declared once, in the table below, and checked here and nowhere else.

As a program it writes the table as docs/settings.md: `python -m siem_stack.settings`.
"""

import difflib
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeAlias

from siem_stack.settings_page import page

PREFIX = "siem:"
"""Of a setting's name in the context: `"siem:architecture": "arm64"` in cdk.json, `-c siem:architecture=arm64`."""

ACCOUNT = "{account}"
"""In a text: the number of the account that is deployed to."""

ZONES = 3
LOG_RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
)  # fmt: skip
"""What CloudWatch Logs knows."""

MAX_SILENCE_HOURS = 168
"""CloudWatch looks back a week at most."""

Value: TypeAlias = int | str


class SettingsError(ValueError):
    """Settings that cannot be deployed; the text has one line for each mistake."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a setting may be.

    Attributes:
        text: the same in words, after "must be".
        allows: whether a value, already of the setting's type, is allowed.
    """

    text: str
    allows: Callable[[Any], bool]


def one_of(*values: Value) -> Rule:
    """Allow these values."""
    return Rule("one of " + ", ".join(map(str, values)), frozenset(values).__contains__)


def between(low: int, high: int, unit: str) -> Rule:
    """Allow whole numbers in a range, both ends included."""
    return Rule(f"a whole number of {unit} from {low} to {high}", lambda value: low <= value <= high)


def matching(pattern: str, text: str) -> Rule:
    """Allow texts that match as a whole; `text` says what they look like."""
    return Rule(text, lambda value: re.fullmatch(pattern, value.replace(ACCOUNT, "111122223333")) is not None)


def setting(default: Value, rule: Rule, description: str) -> Any:
    """Declare one setting: a field of Settings with all that is known about it."""
    return field(default=default, metadata={"rule": rule, "description": description})


ARNS = matching(
    r"(?:(?:^| +)arn:aws[a-z-]*:iam::\d{12}:(?:role|user)/[\w+=,.@/-]+)*",
    "ARNs of IAM roles and users with blanks between them, or empty",
)


BUCKET_NAME = matching(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "3 to 63 lower-case letters, digits, dots and hyphens")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, checked."""

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
    domain_name: str = setting(
        "aes-siem",
        matching(r"[a-z][a-z0-9-]{2,27}", "3 to 28 lower-case letters, digits and hyphens, a letter first"),
        "Name of the OpenSearch domain. Another name is another, empty domain.",
    )
    engine_version: str = setting(
        "OpenSearch_3.7",
        one_of("OpenSearch_2.19", "OpenSearch_3.1", "OpenSearch_3.3", "OpenSearch_3.5", "OpenSearch_3.7"),
        "Version of the engine. A later one upgrades the domain in place; there is no way back.",
    )
    instance_type: str = setting(
        "t3.medium.search",
        matching(r"[a-z][a-z0-9-]*\.[a-z0-9]+\.search", "an instance type of OpenSearch Service with EBS volumes"),
        "Instance type of the data nodes. `t3` is for trying out: CPU credits run out under steady load.",
    )
    instance_count: int = setting(
        1,
        Rule(
            "1, or an even number or a multiple of 3 up to 78: nodes are spread evenly over zones",
            lambda value: value == 1 or (2 <= value <= 78 and (value % 2 == 0 or value % ZONES == 0)),  # noqa: PLR2004
        ),
        "Number of data nodes. From 2 on they are in two or three availability zones, and indices have a replica.",
    )
    volume_size: int = setting(50, between(20, 3072, "GiB"), "Size of each data node's gp3 volume.")
    analysts: str = setting(
        "",
        ARNS,
        "ARNs of the IAM roles and users that may read all logs in the domain, with blanks between them; see "
        "[access](access.md).",
    )
    administrators: str = setting(
        "",
        ARNS,
        "ARNs of the IAM roles and users that may do everything in the domain, with blanks between them.",
    )
    loader_memory: int = setting(
        1769,
        between(512, 10240, "MB"),
        "Memory of es-loader. Its processor grows along: 1,769 MB is one whole processor, and less is slower, not "
        "cheaper.",
    )
    loader_timeout: int = setting(
        600,
        between(60, 900, "seconds"),
        "Longest time that es-loader works on one batch of objects; what is left of them goes on in another "
        "invocation. What fails is tried again after 6 times as long.",
    )
    loader_max_concurrency: int = setting(
        4,
        between(2, 1000, "invocations"),
        "How many es-loaders work at a time: as many as the domain can take documents from.",
    )
    architecture: str = setting(
        "arm64",
        one_of("arm64", "host"),
        "What the functions are built for: `arm64` on AWS; `host` is this machine, for an AWS emulator on it.",
    )
    removal_policy: str = setting(
        "retain",
        one_of("retain", "destroy"),
        "What becomes of buckets, key and domain when the stack is deleted or no longer has them. `destroy` is for "
        "trying out; see [removal](removal.md).",
    )
    log_retention_days: int = setting(
        30,
        one_of(*LOG_RETENTION_DAYS),
        "How long the functions' and the domain's own logs are kept. It does not concern the logs in the bucket.",
    )
    alarm_email: str = setting(
        "",
        matching(r"(?:[^@\s,]+@[^@\s,]+\.[^@\s,]+)?", "an e-mail address, or empty"),
        "Address that is told of [alarms](monitoring.md); AWS first asks it to confirm. Empty: nobody is told, until "
        "somebody subscribes to the topic in the output `AlarmTopic`.",
    )
    oldest_message_hours: int = setting(
        4,
        between(1, 336, "hours"),
        "How long an object may wait to be loaded before there is an alarm.",
    )
    silence_alarms: str = setting(
        "",
        Rule(
            f"`log type=hours` with blanks between them, each log type once, 1 to {MAX_SILENCE_HOURS} hours, or empty",
            lambda value: _silences(value) is not None,
        ),
        "Log types of which an object must come at least every so many hours, as `cloudtrail=2 vpcflowlogs=1`; else "
        "there is an alarm.",
    )

    def silences(self) -> dict[str, int]:
        """Return the hours after which a log type that is silent raises an alarm."""
        return _silences(self.silence_alarms) or {}


def _silences(text: str) -> dict[str, int] | None:
    """Return hours by log type; None if the text is not what it must be."""
    pairs = [re.fullmatch(r"([A-Za-z0-9_.-]+)=([0-9]{1,3})", word) for word in text.split()]
    found = {pair[1]: int(pair[2]) for pair in pairs if pair and 1 <= int(pair[2]) <= MAX_SILENCE_HOURS}
    return found if len(found) == len(pairs) else None


def from_context(context: Mapping[str, Any]) -> Settings:
    """Return the settings in the cdk context, where those of the command line are texts.

    Args:
        context: all of it; names without PREFIX belong to others.

    Raises:
        SettingsError: an unknown setting or a wrong value; the text names all of them.
    """
    declared = {each.name: each for each in fields(Settings)}
    given = {name.removeprefix(PREFIX): value for name, value in context.items() if name.startswith(PREFIX)}
    problems = [_unknown(name, declared) for name in sorted(given.keys() - declared.keys())]
    values: dict[str, Value] = {}
    for name in sorted(given.keys() & declared.keys()):
        value, rule = _typed(given[name], declared[name].type), declared[name].metadata["rule"]
        if value is None or not rule.allows(value):
            problems.append(f"{PREFIX}{name} must be {rule.text}; it is {given[name]!r}")
        else:
            values[name] = value
    if problems:
        raise SettingsError("\n".join(problems))
    return Settings(**values)  # type: ignore[arg-type]  # the loop has checked their types


def _unknown(name: str, declared: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(name, declared, n=1)
    hint = f"did you mean {PREFIX}{close[0]}?" if close else f"there are {', '.join(declared)}"
    return f"{PREFIX}{name} is no setting; {hint}"


def _typed(value: Any, kind: Any) -> Value | None:
    """Return a value of the setting's type; None if it cannot be one."""
    if kind is str:
        return value if isinstance(value, str) else None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def rows() -> list[tuple[str, Value, str, str]]:
    """Return name in the context, default, what is allowed, and description of each setting."""
    defaults = Settings()
    return [
        (PREFIX + each.name, getattr(defaults, each.name), each.metadata["rule"].text, each.metadata["description"])
        for each in fields(Settings)
    ]


def main() -> int:
    """Write docs/settings.md."""
    path = Path(__file__).resolve().parents[1] / "docs" / "settings.md"
    path.write_text(page(rows()), encoding="utf-8")
    print(path)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
