"""XML of any kind: an element a record."""

import re
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from es_loader.errors import RecordError
from es_loader.formats import text as texts
from es_loader.formats import winevtxml
from es_loader.formats.xml import split
from es_loader.formats.xml_tree import MAX_DEPTH, MAX_MEMBERS, parse
from es_loader.pipeline import Loader
from tests.golden import load_bytes, sources_of
from tests.timing import within

USER_INI = r"""
[shop-xml]
s3_key = shop/xml/
file_format = xml
xml_firstline = ^\s*<sale[\s>]
index_name = log-shop
timestamp_key = sale.time
ecs = source.ip user.name related.user
source.ip = sale.client.ip
user.name = sale.buyer
related.user = [sale.buyer, sale.seller]
"""
SALE = '<sale time="2030-01-02T03:04:05Z"><client ip="192.0.2.1">x</client><buyer>ann</buyer><item>1</item><item n="2"/></sale>'
OTHER = SALE.replace("ann", "bob")
ROWS = re.compile(r"\s*<row").match


def sources(loader: Loader, content: str) -> list[dict[str, Any]]:
    return sources_of(loader, content.encode(), "shop/xml/a")


def names(loader: Loader, content: str) -> list[str]:
    return [found.get("user", {}).get("name", "failure") for found in sources(loader, content)]


def pieces(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


def rows(text: str, size: int = 1 << 16) -> list[str]:
    return [f"!{raw.text}" if raw.value else raw.text for raw in split(pieces(text, size), ROWS, nests=True)]


def test_an_element_becomes_a_document(loader: Loader) -> None:
    (found,) = sources(loader, SALE)
    assert found["@timestamp"] == "2030-01-02T03:04:05.000Z"
    assert found["source"]["ip"] == "192.0.2.1"
    assert found["related"]["user"] == ["ann"]
    assert found["shop-xml"]["sale"]["item"] == ["1", {"n": "2"}]
    assert found["shop-xml"]["sale"]["client"]["#text"] == "x"
    assert found["event"]["original"] == SALE


@pytest.mark.parametrize(
    "text",
    [
        f"{SALE}\n{OTHER}",
        f"{SALE}{OTHER}\n",
        f"<?xml version='1.0'?>\n<sales shop='a'>\n  {SALE}\n  {OTHER}\n</sales>\n",
        f"<?xml version='1.0'?><sales>{SALE}<!-- a --><br/>{OTHER}</sales>",
        SALE.replace("><", ">\n<") + "\n" + OTHER.replace("><", ">\n\t<"),
    ],
)
def test_every_arrangement_gives_the_same_records(loader: Loader, text: str) -> None:
    assert names(loader, text) == ["ann", "bob"]


def test_what_is_broken_costs_itself(loader: Loader) -> None:
    assert names(loader, f"{SALE}\n{SALE[:50]}\n{OTHER}") == ["ann", "failure", "bob"]
    assert names(loader, f"{SALE} and more\n{OTHER}") == ["ann", "failure", "bob"]
    assert names(loader, f"{SALE}\n<sale >&e;</sale>{OTHER}") == ["ann", "failure", "bob"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<row/><row a='1>2'/> <row>\n</row>", ["<row/>", "<row a='1>2'/>", "<row>\n</row>"]),
        ("<row><row/><row>1</row></row><row/>", ["<row><row/><row>1</row></row>", "<row/>"]),
        ("<row><![CDATA[</row><row/>]]></row><row/>", ["<row><![CDATA[</row><row/>]]></row>", "<row/>"]),
        ("<row><!-- </row> --></row><row/>", ["<row><!-- </row> --></row>", "<row/>"]),
        ("<rowset><rows/></rowset >", ["<rowset><rows/></rowset >"]),
        ("<row>1\n <row>2", ["<row>1", "<row>2"]),
        ("a<row/>b", ["!a", "<row/>", "!b"]),
        ("<x>no records</x>", ["!<x>no records</x>"]),
        ("<row a='1", ["<row a='1"]),
        (" \n\t", []),
        ("", []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 3, 1_000])
def test_records_are_told_by_their_tags(text: str, expected: list[str], size: int) -> None:
    assert rows(text, size) == expected


def test_a_record_may_begin_with_a_declaration() -> None:
    text = "<?xml version='1.0'?>\n<a>1</a>\n<?xml version='1.0'?><b x=''>2</b><?xml version='1.0'?>\n<a/>"
    found = [raw.text for raw in split(pieces(text, 5), re.compile(r"<\?xml").match, nests=True)]
    assert found == [
        "<?xml version='1.0'?>\n<a>1</a>",
        "<?xml version='1.0'?><b x=''>2</b>",
        "<?xml version='1.0'?>\n<a/>",
    ]


PARTS = [
    "<row>",
    "<row ",
    "</row>",
    "/>",
    "<a>",
    "\n",
    " ",
    "x",
    "'",
    '"',
    ">",
    "<",
    "<?x",
    "?>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "a='1'",
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PARTS), max_size=25).map("".join), st.integers(1, 30), st.booleans())
def test_chunks_never_change_the_records_and_nothing_is_lost(text: str, size: int, nests: bool) -> None:
    found = [(raw.number, raw.text) for raw in split(pieces(text, size), ROWS, nests=nests)]
    whole = [(raw.number, raw.text) for raw in split(iter([text]), ROWS, nests=nests)]
    assert found == whole
    assert [number for number, _ in found] == list(range(len(found)))
    position = 0
    for _, record in found:
        position = text.index(record, position) + len(record)


def test_fields_follow_the_elements() -> None:
    text = "<?xml version='1.0' encoding='latin1'?><n:a xmlns:n='x' xmlns='y' n:b='1'><n:c/>t<c>2</c>u<c d='3'>4</c><b>5</b></n:a>"
    assert parse(text) == {"a": {"b": ["1", "5"], "c": [None, "2", {"d": "3", "#text": "4"}], "#text": "t u"}}
    assert parse("<a/>") == {"a": None}
    assert parse("<a> é </a>") == {"a": "é"}


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
        "<a>&e;</a>",
        "<a" + " ",
        "<a></b>",
        "<a b='1' b='2'/>",
        "",
        "<a/><b/>",
        "<a>" * (MAX_DEPTH + 1) + "</a>" * (MAX_DEPTH + 1),
        f"<a>{'<b/>' * MAX_MEMBERS}</a>",
    ],
)
def test_what_is_dangerous_or_broken_is_a_record_error(text: str) -> None:
    with pytest.raises(RecordError):
        parse(text)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(content=st.binary(max_size=200), place=st.integers(1, len(SALE)))
def test_any_bytes_become_documents_or_failures(loader: Loader, content: bytes, place: int) -> None:
    damaged = SALE[:place].encode() + content + SALE[place:].encode()
    documents, report = load_bytes(loader, damaged, "shop/xml/a")
    assert len(documents) == report.documents + report.failures > 0
    assert report.error is None


@pytest.mark.parametrize(
    "piece",
    ["<row>", "<row ", "<row", "<", "\n<", "\n ", " ", "<a", "<a>", "x", "<![CDATA[", "<!--", "<?xml", "\n<?row", "\n<row><?", "<row a='", '<row a="', "</row>", "<row/>", "a:", "<a:", "<Event ", "<Event>", "\n<Event>", "'", ">"],
)  # fmt: skip
def test_hostile_text_takes_bounded_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    with within(10):
        for lead in ("", "<row>", "<Event >"):
            for starts, nests in ((ROWS, True), (winevtxml.STARTS, False)):
                for raw in split(pieces(lead + text, 1 << 16), starts, nests=nests):
                    with suppress(RecordError):
                        parse(raw.text)


def test_a_text_of_any_length_needs_the_memory_of_a_few_records() -> None:
    def many() -> Iterator[str]:
        yield "<sales>"
        for _ in range(300):
            yield f"<row>{'x' * 500}</row>" * 100
        yield "</sales>"

    tracemalloc.start()
    assert sum(1 for _ in split(many(), ROWS, nests=True)) == 30_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_a_record_is_cut_at_its_greatest_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MAX_RECORD", 5_000)
    found = rows(f"<row>{'x' * 20_000}</row>\n<row/>{'y' * 20_000}<row/>", 700)
    assert max(map(len, found)) < 12_000
    assert (found[0][:6], found[-1]) == ("<row>x", "<row/>")
    assert "<row/>" in found[1:-1]
