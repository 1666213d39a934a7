import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.logtypes.cloudfront_columns import REAL_TIME, REAL_TIME_ORDERS
from es_loader.pipeline import Loader
from tests.golden import builtin_config, custom_loader, sources_of

KEY = (
    "AWSLogs/123456789012/CloudFront/global/EXAMPLE1234567/realtime/2030/01/02/02/"
    "cf-rt-1-2030-01-02-02-15-00-0a1b2c3d-0000-4000-8000-000000000000.gz"
)
LOADER = Loader(builtin_config())
VALUES = {
    **dict.fromkeys(REAL_TIME, "-"),
    "timestamp": "1893550531.123",
    "c_ip": "198.51.100.7",
    "s_ip": "192.0.2.201",
    "sc_status": "200",
    "sc_bytes": "5218",
    "cs_method": "GET",
    "cs_protocol": "https",
    "cs_host": "dexample123.cloudfront.net",
    "cs_uri_stem": "/a.js?v=3",
    "cs_uri_query": "v=3",
    "cs_bytes": "412",
    "x_edge_location": "FRA56-P7",
    "cs_protocol_version": "HTTP/2.0",
    "c_ip_version": "IPv4",
    "c_port": "50123",
    "c_country": "DE",
}
TWELVE = REAL_TIME[:12]
OTHER_41 = (REAL_TIME[1], REAL_TIME[0], *REAL_TIME[2:41])


def row(names: tuple[str, ...], **changed: str) -> str:
    return "\t".join((VALUES | changed)[name] for name in names)


def load(text: str, loader: Loader = LOADER) -> list[dict[str, Any]]:
    return sources_of(loader, text.encode(errors="replace"), KEY)


def one(text: str, loader: Loader = LOADER) -> dict[str, Any]:
    (document,) = load(text, loader)
    assert document["event"]["kind"] == "event", document["error"]
    return document


def configured(folder: Path, options: str) -> Loader:
    return custom_loader(folder, f"[cloudfront-realtime]\n{options}\n")


@pytest.mark.parametrize("count", REAL_TIME_ORDERS)
def test_rows_of_a_known_choice_are_read_by_their_number_of_columns(count: int) -> None:
    document = one(row(REAL_TIME_ORDERS[count]))
    assert document["@timestamp"] == "2030-01-02T02:15:31.123Z"
    assert document["source"]["port"] == 50123
    assert document["url"]["full"] == "https://dexample123.cloudfront.net/a.js?v=3"
    assert document["aws"]["cloudfront"].get("s_ip") == (None if count == 40 else "192.0.2.201")


def test_the_order_of_forty_columns_is_that_of_the_list_without_the_edges_address() -> None:
    assert REAL_TIME_ORDERS[40] == tuple(name for name in REAL_TIME[:41] if name != "s_ip")
    assert (len(REAL_TIME), REAL_TIME[40], REAL_TIME[45], REAL_TIME[63]) == (
        71,
        "cs_headers_count",
        "asn",
        "cmcd_version",
    )


@pytest.mark.parametrize("text", [row(TWELVE), row(OTHER_41), row(REAL_TIME[:42])], ids=["12", "41 others", "42"])
def test_other_choices_are_never_guessed(text: str) -> None:
    (document,) = load(text)
    assert document["event"]["kind"] == "pipeline_error"
    assert "csv_header" in document["error"]["message"]
    assert "aws cloudfront get-realtime-log-config" in document["error"]["message"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timestamp", "2030-01-02T02:15:31Z"),
        ("timestamp", "-"),
        ("c_ip", "-"),
        ("c_ip", "example.com"),
        ("s_ip", "FRA56"),
        ("sc_status", "2000"),
        ("sc_bytes", "0.5"),
        ("cs_bytes", "GET"),
        ("cs_method", "200"),
        ("cs_protocol", "ftp"),
        ("x_edge_location", "fra56"),
        ("cs_protocol_version", "TLSv1.3"),
        ("c_ip_version", "4"),
        ("c_port", "https"),
        ("c_country", "DEU"),
    ],
)
def test_one_value_that_does_not_fit_is_enough(name: str, value: str) -> None:
    (document,) = load(row(REAL_TIME[:41], **{name: value}))
    assert name in document["error"]["message"]


def test_every_row_is_checked_on_its_own() -> None:
    kinds = [document["event"]["kind"] for document in load("\n".join([row(REAL_TIME[:41]), row(OTHER_41)]))]
    assert kinds == ["event", "pipeline_error"]


@pytest.mark.parametrize(
    "names",
    [
        " ".join(TWELVE),
        json.dumps([name.replace("_", "-") for name in TWELVE]),
        "\n    ".join(["[", *(f'"{name}",' for name in TWELVE), "]"]),
        " ".join(TWELVE).replace("cs_host", "cs(Host)"),
    ],
)
def test_the_users_list_goes_first(tmp_path: Path, names: str) -> None:
    loader = configured(tmp_path, f"csv_header = {names}")
    assert one(row(TWELVE), loader)["http"]["request"]["method"] == "GET"
    assert one(f"#Fields: date time\n{row(TWELVE)}", loader)["source"]["ip"] == "198.51.100.7"
    (short,) = load(row(TWELVE[:5]), loader)
    assert "csv_header" in short["error"]["message"]
    (other,) = load(row(OTHER_41), loader)
    assert other["event"]["kind"] == "pipeline_error"


def test_the_users_pattern_goes_first(tmp_path: Path) -> None:
    loader = configured(tmp_path, r"log_pattern = (?P<timestamp>\S+)\t(?P<c_ip>\S+)\t(?P<cs_user_agent>[^\t]+)")
    assert one("1893550531.123\t2001:db8::7\tcurl%2F8.5.0", loader)["user_agent"]["original"] == "curl/8.5.0"
    (failed,) = load("nothing", loader)
    assert "log_pattern" in failed["error"]["message"]


def test_a_fields_line_names_the_columns() -> None:
    document = one(f"#Version: 1.0\n#Fields: {' '.join(OTHER_41).replace('_', '-')}\n{row(OTHER_41)}")
    assert document["source"]["ip"] == "198.51.100.7"


def test_objects_are_read_by_their_members() -> None:
    document = one(json.dumps({"timestamp(ms)": "1893550531123", "cs(Host)": "a.example.com", "sc-status": "000"}))
    assert document["url"]["domain"] == "a.example.com"
    assert document["event"]["outcome"] == "failure"


@pytest.mark.parametrize(
    ("stem", "query", "parts"),
    [
        ("/a.js?v=3", "v=3", ("/a.js", "v=3")),
        ("/a.js?x=1?y", "-", ("/a.js", "x=1?y")),
        ("/a.js", "v=3", ("/a.js", "v=3")),
        ("/a.js?", "-", ("/a.js", None)),
        ("/", "-", ("/", None)),
    ],
)
def test_the_path_of_real_time_logs_holds_the_query(stem: str, query: str, parts: tuple[str, str | None]) -> None:
    url = one(row(REAL_TIME[:41], cs_uri_stem=stem, cs_uri_query=query))["url"]
    assert (url["path"], url.get("query")) == parts


def test_headers_are_told_apart() -> None:
    document = one(
        row(REAL_TIME[:41], cs_headers="host:a.example.com%0Avia:x%0Avia:y%0A", cs_header_names="host%0Avia%0Avia%0A")
    )
    assert document["aws"]["cloudfront"]["cs_headers"] == {"host": "a.example.com", "via": ["x", "y"]}
    assert document["aws"]["cloudfront"]["cs_header_names"] == ["host", "via"]


@pytest.mark.parametrize("count", [40, 41])
@given(text=st.text(), column=st.integers(0, 39))
def test_any_value_gives_a_document(count: int, text: str, column: int) -> None:
    values = row(REAL_TIME_ORDERS[count]).split("\t")
    values[column] = text
    for document in load("\t".join(values)):
        assert document.get("error", {}).get("type") != "unexpected_shape", document["error"]
