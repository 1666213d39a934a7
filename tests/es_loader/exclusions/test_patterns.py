"""Patterns on original fields: the file of AWS's sample, its mistakes, and texts that were made to be slow."""

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.exclusions import Exclusions
from es_loader.exclusions.patterns import MAX_TEXT, compile_patterns, read_patterns
from es_loader.pipeline import Loader, LoadReport
from es_loader.types import Fields
from tests.golden import LOGS, builtin_config, load_bytes

SAMPLES = b"""\xef\xbb\xbflog_type,field,pattern,pattern_type,comment
vpcflowlogs,srcaddr,192.0.2.10,text,sample1
vpcflowlogs,dstaddr,192\\.0\\.2\\.10[0-9],regex,sample2
cloudtrail,userIdentity.invokedBy,.*\\.amazonaws\\.com,regex,sample3
"""
"""The file that AWS's sample documents, with the mark that Excel puts before it."""

FLOW_KEY = (LOGS / "vpcflowlogs" / "key").read_text().strip()


def exclusions(content: bytes) -> Exclusions:
    config = builtin_config()
    rows, problems = read_patterns(content, "exclude_log_patterns.csv", config.log_types)
    assert problems == []
    names = {row.log_type for row in rows}
    return Exclusions({name: tuple(row.pattern for row in rows if row.log_type == name) for name in names})


def flows(*pairs: tuple[str, str], rules: Exclusions) -> LoadReport:
    lines = ["version srcaddr dstaddr protocol start end", *(f"2 {a} {b} 6 1893552840 1893552899" for a, b in pairs)]
    return load_bytes(Loader(builtin_config(), exclusions=rules), "\n".join(lines).encode(), FLOW_KEY)[1]


def is_excluded(row: str, fields: Fields, renamed: dict[str, str] | None = None) -> bool:
    rows, problems = read_patterns(f"log_type,field,pattern,pattern_type,case_sensitive\n{row}\n".encode(), "f", {"t"})
    assert problems == []
    check = compile_patterns([each.pattern for each in rows], renamed or {})
    assert check is not None
    try:
        check(fields)
    except Exception as exc:  # noqa: BLE001 - whatever else it is fails the next line
        assert str(exc) == "f line 2"  # noqa: PT017
        return True
    return False


def test_the_file_of_the_sample_excludes_what_its_documentation_says() -> None:
    report = flows(
        ("192.0.2.10", "10.0.0.1"),
        ("192.0.2.100", "10.0.0.1"),
        ("10.0.0.1", "192.0.2.105"),
        ("10.0.0.1", "192.0.2.10"),
        rules=exclusions(SAMPLES),
    )
    assert report.excluded == Counter({"exclude_log_patterns.csv line 2": 1, "exclude_log_patterns.csv line 3": 1})
    assert (report.records, report.documents, report.failures) == (4, 2, 0)


@pytest.mark.parametrize(
    ("row", "fields", "expected"),
    [
        ("t,a,x.z,text", {"a": "x.z"}, True),
        ("t,a,x.z,text", {"a": "xyz"}, False),
        ("t,a,x.z,regex", {"a": "xyz"}, True),
        ("t,a,x.z,", {"a": "xyz"}, True),
        ("t,a,x,regex", {"a": "xy"}, False),
        ("t,a,ALLOW|COUNT,regex", {"a": "ALLOWED_BUT_SUSPICIOUS"}, False),
        ("t,a,ALLOW|COUNT,regex", {"a": "ALLOW"}, True),
        ("t,a,x,regex", {"a": "x\n"}, False),
        ("t,a,X,text", {"a": "x"}, False),
        ("t,a,X,text,false", {"a": "x"}, True),
        ("t,a,X.,regex,false", {"a": "xy"}, True),
        ("t,a.b,x,text", {"a": {"b": "x"}}, True),
        ("t,a.b,x,text", {"a.b": "x"}, True),
        ("t,a.b,x,text", {"a": {"c": 1, "b": "x"}}, True),
        ("t,a.b,x,text", {"a": [{"b": "y"}, {"b": ["z", "x"]}]}, True),
        ("t,a.b,x,text", {"a": ["x", 3, None]}, False),
        ("t,a.b,x,text", {"a": "x"}, False),
        ("t,a,443,text", {"a": 443}, True),
        ("t,a,True,text", {"a": True}, True),
        ("t,a,true,text", {"a": True}, True),
        ("t,a,null,text", {"a": None}, False),
        ("t,account-id,1,text", {"account_id": "1"}, True),
        ("t,RemoteIP,1,text", {"remote_ip": "1"}, True),
        ("t,UserAgent,1,text", {"user_agent": "1"}, True),
        ("t,a,.*é.*,regex", {"a": "café"}, True),
        ("t,a,.*,regex", {"a": "\ud800"}, True),
        ('t,a,"x,y",text', {"a": "x,y"}, True),
    ],
)
def test_a_row_excludes(row: str, fields: Fields, expected: bool) -> None:
    assert is_excluded(row, fields) is expected


def test_a_field_is_found_by_its_name_in_the_log_when_it_has_another() -> None:
    assert is_excluded("t,old,x,text", {"new": "x"}, {"new": "old"})


def test_normalised_fields_are_none_of_its() -> None:
    rules = exclusions(b"log_type,field,pattern,pattern_type\nvpcflowlogs,source.ip,10.0.0.1,text\n")
    assert flows(("10.0.0.1", "10.0.0.2"), rules=rules).excluded == Counter()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"log_type,pattern\nt,x\n", "f: the first line has no column field"),
        (b"", "f: the first line has no column log_type, field, pattern"),
        (b"log_type,field,pattern\n\xff", "f: is no UTF-8 text"),
        (b"log_type,field,pattern,pattern_type\nt,a,x,glob\n", "f line 2: pattern_type 'glob' is not supported; allowed: regex, text"),
        (b"log_type,field,pattern,pattern_type\nt,a,(,regex\n", "f line 2: '(' is no expression of RE2"),
        (b"log_type,field,pattern,pattern_type\nt,a,(?!x)y,regex\n", "f line 2: '(?!x)y' is no expression of RE2"),
        (b"log_type,field,pattern,pattern_type\nt,a,((a{100}){100}){100},regex\n", "f line 2: "),
        (b"log_type,field,pattern,case_sensitive\nt,a,x,perhaps\n", "f line 2: case_sensitive 'perhaps' is not a boolean"),
        (b"log_type,field,pattern\nt,,x\n", "f line 2: has no field or no pattern"),
        (b"log_type,field,pattern\ncloudtrial,a,x\n", "f line 2: there is no log type cloudtrial; did you mean cloudtrail?"),
        (b"log_type,field,pattern\n" + b"t,a,x\n" * 200_000, "f: is larger than 1,048,576 bytes"),
    ],
)  # fmt: skip
def test_mistakes_are_named_and_cost_their_own_row(content: bytes, message: str) -> None:
    _, problems = read_patterns(content, "f", ("t", "cloudtrail"))
    assert len(problems) == 1
    assert problems[0].startswith(message)


def test_sound_rows_beside_a_mistake_are_kept_and_unknown_log_types_passed_over() -> None:
    content = b"log_type,field,pattern\nt,a,(\nt,a,x\nsomething-else,a,x\n"
    rows, problems = read_patterns(content, "f", ("t",))
    assert [row.pattern.reason for row in rows] == ["f line 3"]
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(a+)+$", "a" * MAX_TEXT + "!"),
        (r"(a|aa)+", "a" * (MAX_TEXT - 1) + "!"),
        (r".*.*.*.*.*.*x", "a" * MAX_TEXT),
        (r"(x+x+)+y", "x" * MAX_TEXT),
        (r".*[a-q][^u-z]{300}x", "ab" * (MAX_TEXT // 2)),
        (r"(a?){400}a{400}", "a" * MAX_TEXT),
        (r"(a+)+$", "a" * 10_000_000 + "!"),
    ],
)
def test_no_text_makes_an_expression_slow(pattern: str, text: str) -> None:
    started = time.process_time()
    assert not is_excluded(f't,a,"{pattern}",regex', {"a": text})
    assert time.process_time() - started < 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from(["a", "b", "a.b"]), VALUES, max_size=3))
def test_any_record_is_excluded_or_not(fields: Fields) -> None:
    assert is_excluded("t,a.b,x+,regex,false", fields) in {True, False}
