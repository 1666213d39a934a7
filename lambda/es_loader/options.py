"""The options of a log type's section: one row each, with its parser and its default."""

import json
import re
from collections.abc import Callable
from datetime import UTC, timedelta, timezone
from typing import Any, NamedTuple

FORMATS = ("cef", "csv", "json", "multiline", "parquet", "text", "winevtxml", "xml")
ROTATIONS = ("auto", "daily", "monthly", "weekly", "yearly")
FIELD_TYPES = ("boolean", "date", "double", "flat", "ip", "keyword", "long", "text")
CODECS = ("best_compression", "default", "zlib", "lz4", "zstd", "zstd_no_dict")
TIERS = ("local", "ultrawarm")
AUTO, NEVER = "auto", "never"
MOST_SHARDS = 1024

BOOLEANS = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)\Z")


class Option(NamedTuple):
    """How one option is read: `parse` takes its text and raises ValueError with what is allowed."""

    parse: Callable[[str], Any]
    default: Any


def _text(value: str) -> str:
    return value.strip().strip('"')


def _boolean(value: str) -> bool:
    try:
        return BOOLEANS[value.strip().lower()]
    except KeyError:
        raise ValueError(f"{value!r} is not a boolean; allowed: True, False") from None


def _integer(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a whole number") from None


def names(value: str) -> tuple[str, ...]:
    """Split a list written as `a b c` or `[a, b, c]`."""
    return tuple(value.strip().removeprefix("[").removesuffix("]").replace(",", " ").split())


def _two_names(value: str) -> tuple[str, ...]:
    found = names(value)
    if len(found) not in {0, 2}:
        raise ValueError("not two names; write source.ip http.request.header.x_forwarded_for")
    return found


def _columns(value: str) -> tuple[str, ...]:
    """Read a list of column names, also as JSON has it: the AWS CLI prints it so."""
    return tuple(filter(None, (name.strip("\"'") for name in names(value))))


def _regex(value: str) -> re.Pattern[str] | None:
    if not value:
        return None
    try:
        return re.compile(value)
    except re.error as exc:
        raise ValueError(f"not a valid regular expression: {exc} (write a literal $ as $$)") from None


def one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    """Make a parser for a word out of `allowed`."""

    def parse(value: str) -> str:
        word = _text(value)
        if word not in allowed:
            raise ValueError(f"{word!r} is not supported; allowed: {', '.join(allowed)}")
        return word

    return parse


def _offset(value: str) -> timezone:
    word = _text(value)
    if word.upper() in {"UTC", "Z", "+0", ""}:
        return UTC
    match = _OFFSET.match(word)
    if not match:
        raise ValueError(f"{word!r} is not an offset; allowed: +HH:MM, -HH:MM")
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if offset >= timedelta(hours=24):
        raise ValueError(f"{word!r} is not an offset: a day or more")
    return timezone(offset if sign == "+" else -offset)


def _delimiter(value: str) -> str:
    word = value.strip().strip("'\"") or value
    word = {"\\t": "\t"}.get(word, word)
    if len(word) > 1:
        raise ValueError(f"{word!r} is not a delimiter; allowed: one character, or nothing for white space")
    return word


def _text_list(value: str) -> tuple[str, ...]:
    if not value.strip():
        return ()
    try:
        items = json.loads(value)
    except ValueError:
        items = None
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise ValueError('not a JSON list of texts; write ["%Y-%m-%d", "iso8601"]')
    return tuple(items)


def _replicas(value: str) -> int | str:
    return value.strip() if value.strip() == AUTO else _count(value)


def _count(value: str) -> int:
    number = _integer(value)
    if not 0 <= number <= MOST_SHARDS:
        raise ValueError(f"{value!r} is not a number from 0 to {MOST_SHARDS}")
    return number


def _shards(value: str) -> int:
    number = _count(value)
    if not number:
        raise ValueError("an index has one shard at least")
    return number


def _measure(pattern: str, example: str) -> Callable[[str], str]:
    """Make a parser for a number with a unit, as OpenSearch writes it."""

    def parse(value: str) -> str:
        word = value.strip().lower()
        if not re.fullmatch(pattern, word):
            raise ValueError(f"{value!r} is not understood; write {example}")
        return word

    return parse


def _age(value: str) -> int:
    """Read an age in whole days; 0 is never."""
    word = value.strip().lower()
    if word == NEVER:
        return 0
    if not re.fullmatch(r"[1-9]\d{0,3}d", word):
        raise ValueError(f"{value!r} is not an age; write 90d, or {NEVER}")
    return int(word[:-1])


ALL_OTHERS, UNMAPPED = "*", "unmapped"
"""In `original_fields`, what stands for all fields that a declaration does not name, and where they are kept."""


def typed_fields(value: str) -> dict[str, str]:
    """Read lines of `type name name …` into name -> type."""
    fields: dict[str, str] = {}
    kind = ""
    for word in value.split():
        if word in FIELD_TYPES:
            kind = word
        elif not kind:
            raise ValueError(f"{word!r} stands before a type; allowed types: {', '.join(FIELD_TYPES)}")
        elif word == ALL_OTHERS and kind != "flat":
            raise ValueError("'*', all that is not named, is kept in one field; write `flat *`")
        else:
            fields[word] = kind
    return fields


OPTIONS: dict[str, Option] = {
    # which objects
    "s3_key": Option(_regex, None),
    "s3_key_ignored": Option(_regex, None),
    # reading
    "file_format": Option(one_of(FORMATS), None),
    "json_delimiter": Option(names, ()),
    "csv_delimiter": Option(_delimiter, ""),
    "csv_header": Option(_columns, ()),
    "text_header_line_number": Option(_integer, 0),
    "multiline_firstline": Option(_regex, None),
    "xml_firstline": Option(_regex, None),
    "log_pattern": Option(_regex, None),
    "max_log_count": Option(_integer, 0),
    # envelope
    "via_cwl": Option(_boolean, False),
    "via_firelens": Option(_boolean, False),
    "ignore_container_stderr": Option(_boolean, True),
    "loggroup": Option(_text, ""),
    # time
    "timestamp_key": Option(names, ()),
    "timestamp_key_list": Option(names, ()),
    "timestamp_format": Option(_text, "iso8601"),
    "timestamp_format_list": Option(_text_list, ()),
    "timestamp_tz": Option(_offset, UTC),
    "timestamp_nano": Option(_boolean, False),
    "file_timestamp_format": Option(_regex, None),
    # identity
    "doc_id": Option(names, ()),
    "doc_id_suffix": Option(names, ()),
    # index
    "index_name": Option(_text, ""),
    "index_rotation": Option(one_of(ROTATIONS), "monthly"),
    "index_time": Option(one_of(("@timestamp", "event_ingested")), "@timestamp"),
    "index_tz": Option(_offset, UTC),
    "index_suffix": Option(_text, ""),
    "index_shards": Option(_shards, None),
    "index_replicas": Option(_replicas, None),
    "index_refresh": Option(_measure(r"[1-9]\d{0,4}(?:ms|s|m)", "30s"), None),
    "index_codec": Option(one_of(CODECS), None),
    "index_rollover_size": Option(_measure(r"[1-9]\d{0,4}(?:mb|gb|tb)", "30gb"), None),
    "index_rollover_age": Option(_age, None),
    "index_warm_after": Option(_age, None),
    "index_cold_after": Option(_age, None),
    "index_delete_after": Option(_age, None),
    "index_tier": Option(one_of(TIERS), None),
    # mapping
    "ecs": Option(names, ()),
    "static_ecs": Option(names, ()),
    "script_ecs": Option(names, ()),
    "renamed_newfields": Option(names, ()),
    "json_to_text": Option(names, ()),
    "field_prefix": Option(_text, ""),
    "original_fields": Option(typed_fields, None),
    "script_fields": Option(typed_fields, {}),
    "keep_original": Option(_boolean, True),
    "secret_headers": Option(names, ()),
    "not_indexed": Option(names, ()),
    "event_module": Option(_text, ""),
    "event_dataset": Option(_text, ""),
    "cloud_provider": Option(_text, "aws"),
    # enrichment
    "geoip": Option(names, ()),
    "ioc_ip": Option(names, ()),
    "ioc_domain": Option(names, ()),
    "clientip_xff": Option(_two_names, ()),
    "user_agent_enrichment_field": Option(_text, ""),
    # exclusion
    "ignore_own_logs": Option(_boolean, True),
    "exclude_log_patterns_filename": Option(_text, "exclude_log_patterns.csv"),
    # accepted because they stand in files written for AWS's sample; they have no effect here
    "bump_version": Option(_text, ""),
    "custom_user_agent": Option(_text, ""),
    "ecs_version": Option(_text, ""),
    "ignore_header_line_number": Option(_integer, 0),
}
