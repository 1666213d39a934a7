import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.logtypes.cloudfront_columns import STANDARD, column, header
from es_loader.logtypes.cloudfront_values import MAX_PAIRS, prepare
from es_loader.pipeline import Loader
from tests.golden import builtin_config, custom_loader, sources_of
from tests.strategies import LOOSE_JSON
from tests.timing import within

KEY = "AWSLogs/111122223333/CloudFront/global/EXAMPLE1234567/standard/EXAMPLE1234567.2030-01-02-02.1a2b3c4d.gz"
LOADER = Loader(builtin_config())
VALUES = {
    **dict.fromkeys(STANDARD, "-"),
    "date": "2030-01-02",
    "time": "02:15:31",
    "x_edge_location": "FRA56-P7",
    "sc_bytes": "5218",
    "c_ip": "198.51.100.7",
    "cs_method": "GET",
    "cs_host": "dexample123.cloudfront.net",
    "cs_uri_stem": "/a.js",
    "sc_status": "200",
    "cs_protocol": "https",
    "cs_bytes": "412",
    "c_port": "50123",
}
SEVEN = ("date", "time", "c-ip", "sc-status", "cs-method", "cs(Host)", "sc-bytes")


def row(names: tuple[str, ...] = STANDARD[:33], separator: str = "\t", **changed: str) -> str:
    return separator.join((VALUES | changed)[column(name)] for name in names)


def load(text: str, loader: Loader = LOADER, key: str = KEY) -> list[dict[str, Any]]:
    return sources_of(loader, text.encode(errors="replace"), key)


def one(text: str, loader: Loader = LOADER, key: str = KEY) -> dict[str, Any]:
    (document,) = load(text, loader, key)
    assert document["event"]["kind"] == "event", document["error"]
    return document


def configured(folder: Path, options: str) -> Loader:
    return custom_loader(folder, f"[cloudfront-standard]\n{options}\n")


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("cs(User-Agent)", "cs_user_agent"),
        ("timestamp(ms)", "timestamp_ms"),
        ("cs-user-agent", "cs_user_agent"),
        ("timestamp_ms", "timestamp_ms"),
        ("DistributionId", "distributionid"),
        ("x-edge-location", "x_edge_location"),
    ],
)
def test_every_spelling_of_a_name_is_one_name(spelled: str, name: str) -> None:
    assert column(spelled) == name


@pytest.mark.parametrize(
    ("line", "names", "delimiter"),
    [
        ("#Fields: date time cs(Host)", ("date", "time", "cs_host"), ""),
        ("#Fields:\tdate\ttime\tcs(Host)", ("date", "time", "cs_host"), ""),
        ("#Fields:date,time,cs(Host)", ("date", "time", "cs_host"), ","),
        ("#Fields: timestamp(ms)||c-ip", ("timestamp_ms", "c_ip"), "||"),
        ("#Fields: c-ip", ("c_ip",), ""),
        ("#fields: c-ip;date;", ("c_ip", "date", ""), ";"),
    ],
)
def test_a_header_shows_names_and_delimiter(line: str, names: tuple[str, ...], delimiter: str) -> None:
    found: Any = header(line)
    assert found == names
    assert found.delimiter == delimiter


def test_other_lines_are_comments_or_rows() -> None:
    assert header("#Version: 1.0") == header("#") == header("#Fields:") == ()
    assert header(row()) is None


@pytest.mark.parametrize("separator", ["\t", " ", ",", "|", ";", "||"])
def test_rows_are_split_by_what_separates_the_names(separator: str) -> None:
    header_separator = " " if separator == "\t" else separator
    document = one(f"#Fields: {header_separator.join(SEVEN)}\n{row(SEVEN, separator)}\n")
    assert document["source"]["ip"] == "198.51.100.7"
    assert document["http"]["response"] == {"bytes": 5218, "status_code": 200}


def test_a_header_holds_until_the_next_one() -> None:
    first, second = load(f"#Fields: {' '.join(SEVEN)}\n{row(SEVEN)}\n#Fields: date time c-ip\n{row(SEVEN[:3])}\n")
    assert first["@timestamp"] == second["@timestamp"] == "2030-01-02T02:15:31.000Z"
    assert "http" not in second


@pytest.mark.parametrize("count", [12, 15, 18, 24, 26, 31, 33, 35])
def test_rows_without_a_header_are_read_by_position(count: int) -> None:
    assert one(row(STANDARD[:count]))["http"]["response"]["status_code"] == 200


@pytest.mark.parametrize("text", [row(SEVEN), row(STANDARD[1:]), row(sc_status="okay"), row(c_ip="-")])
def test_rows_that_fit_no_order_name_the_option(text: str) -> None:
    (document,) = load(text)
    assert document["event"]["kind"] == "pipeline_error"
    assert "csv_header" in document["error"]["message"]


@pytest.mark.parametrize("spelling", [" ".join(SEVEN), ", ".join(SEVEN), json.dumps(SEVEN)])
def test_the_section_may_list_the_columns(tmp_path: Path, spelling: str) -> None:
    loader = configured(tmp_path, f"csv_header = {spelling}")
    assert one(row(SEVEN), loader)["source"]["ip"] == "198.51.100.7"
    assert one(row(), loader)["url"]["path"] == "/a.js", "33 columns are the usual ones"
    assert one(f"#Fields: c-ip date time\n{row(('c-ip', 'date', 'time'))}", loader)["source"]["ip"] == "198.51.100.7"
    assert one(row(SEVEN) + "\tlater", loader)["aws"]["cloudfront"]["extra"] == ["later"]
    (short,) = load("2030-01-02\t02:15:31", loader)
    assert "csv_header" in short["error"]["message"]


def test_the_section_may_have_a_pattern(tmp_path: Path) -> None:
    loader = configured(tmp_path, r"log_pattern = (?P<date>\S+) (?P<time>\S+) (?P<c_ip>\S+) (?P<cs_user_agent>.*)")
    document = one("2030-01-02 02:15:31 198.51.100.7 curl%2F8.5.0", loader)
    assert document["user_agent"]["original"] == "curl/8.5.0"


def test_what_may_be_secret_can_be_left_out(tmp_path: Path) -> None:
    loader = configured(tmp_path, "original_fields = keyword x_edge_location\nkeep_original = False")
    text = row(cs_cookie="session=geheim")
    assert one(text)["aws"]["cloudfront"]["cs_cookie"] == {"session": "geheim"}
    assert "geheim" not in json.dumps(one(text, loader))


@pytest.mark.parametrize(
    ("status", "number", "outcome"),
    [("000", 0, "failure"), ("200", 200, "success"), ("304", 304, "success"), ("404", 404, "failure")],
)
def test_the_status_decides_the_outcome(status: str, number: int, outcome: str) -> None:
    document = one(row(sc_status=status))
    assert document["http"]["response"]["status_code"] == number
    assert document["event"]["outcome"] == outcome


def test_no_status_no_outcome() -> None:
    assert "outcome" not in one(row(sc_status="-"))["event"]


@pytest.mark.parametrize(
    ("members", "moment"),
    [
        ({"timestamp(ms)": "1893550531123"}, "2030-01-02T02:15:31.123Z"),
        ({"timestamp(ms)": "1893550531123", "date": "2030-01-02", "time": "02:15:31"}, "2030-01-02T02:15:31.123Z"),
        ({"timestamp_ms": 1893550531123}, "2030-01-02T02:15:31.123Z"),
        ({"timestamp(ms)": "-", "date": "2030-01-02", "time": "02:15:31"}, "2030-01-02T02:15:31.000Z"),
        ({"date": "2030-01-02", "time": "02:15:31"}, "2030-01-02T02:15:31.000Z"),
    ],
)
def test_milliseconds_are_kept_where_there_are_some(members: dict[str, Any], moment: str) -> None:
    assert one(json.dumps(members))["@timestamp"] == moment


@pytest.mark.parametrize(
    ("host", "parts"),
    [
        ("assets.example.com", {"registered_domain": "example.com", "subdomain": "assets", "top_level_domain": "com"}),
        (
            "dexample123.cloudfront.net",
            {"registered_domain": "cloudfront.net", "subdomain": "dexample123", "top_level_domain": "net"},
        ),
        ("192.0.2.7", {}),
        ("cdn.internalzone", {}),
    ],
)
def test_the_host_that_was_asked_for(host: str, parts: dict[str, str]) -> None:
    url = one(row(x_host_header=host))["url"]
    names = ("registered_domain", "subdomain", "top_level_domain")
    assert url["domain"] == host
    assert {name: url[name] for name in names if name in url} == parts


def test_only_what_the_service_encoded_is_decoded_and_once() -> None:
    document = one(
        row(
            cs_user_agent="Mozilla%2F5.0%20(X11)%2520x+y",
            cs_referer="https://www.example.com/%25C3%25BC",
            cs_uri_stem="/%2e%2e/a%20b",
            cs_uri_query="q=%27%20x",
        )
    )
    assert document["user_agent"]["original"] == "Mozilla/5.0 (X11)%20x+y"
    assert document["http"]["request"]["referrer"] == "https://www.example.com/%C3%BC"
    assert (document["url"]["path"], document["url"]["query"]) == ("/%2e%2e/a%20b", "q=%27%20x")


@pytest.mark.parametrize(
    ("key", "distribution"),
    [
        (KEY.replace("standard/EXAMPLE", "standard/EOTHER9"), "EOTHER91234567"),
        ("EXAMPLE123456.2030-01-02-02.1a2b3c4d.gz", "EXAMPLE123456"),
        ("AWSLogs/123456789012/CloudFront/global/EXAMPLE1234567/realtime/2030/01/02/02/cf-1", "EXAMPLE1234567"),
        ("AWSLogs/123456789012/CloudFront/EXAMPLE1234567/realtime/2030/01/02/02/cf-1", "EXAMPLE1234567"),
        ("CloudFront/123456789012/realtime/DistributionId=EXAMPLE1234567/cf-1", "EXAMPLE1234567"),
        ("CloudFront/global/123456789012/realtime/cf-1", None),
    ],
)
def test_the_distribution_is_named_by_the_key(key: str, distribution: str | None) -> None:
    text = f"#Fields: {' '.join(SEVEN)}\n{row(SEVEN)}"
    assert one(text, key=key)["aws"]["cloudfront"].get("distribution_id") == distribution


@pytest.mark.parametrize("asn", ["64500", 64500])
def test_the_viewers_place_as_cloudfront_knows_it(asn: Any) -> None:
    document = one(
        json.dumps({"timestamp(ms)": "1893550531123", "c-ip": "198.51.100.7", "asn": asn, "c-country": "SC"})
    )
    assert document["source"]["geo"] == {"country_iso_code": "SC"}
    assert document["source"]["as"] == {"number": 64500}
    assert "geo" not in document["client"]


def test_hostile_cookies_cost_no_time() -> None:
    with within(5):
        found = prepare(
            {"cs_cookie": "a=1;" * 500_000, "cs_headers": "%0A" * 500_000, "x_forwarded_for": "%2C" * 500_000}
        )
    assert len(found["cs_cookie"]["a"]) <= MAX_PAIRS + 1


@pytest.mark.parametrize("count", [12, 20, 31, 32])
def test_rows_may_lack_the_newest_columns_of_the_usual_order(count: int) -> None:
    head = f"#Fields: {' '.join(STANDARD[:33])}\n"
    assert one(head + row(STANDARD[:count]))["source"]["ip"] == "198.51.100.7"
    for text in (row(STANDARD[:11]), row(STANDARD[1:count])):
        (document,) = load(head + text)
        assert document["event"]["kind"] == "pipeline_error"


def test_rows_of_chosen_columns_may_lack_none() -> None:
    names = (*STANDARD[12:33], *STANDARD[:12])
    (document,) = load(f"#Fields: {' '.join(names)}\n{row(names[:-1])}")
    assert document["event"]["kind"] == "pipeline_error"


def test_more_columns_than_names_are_kept_only_if_the_named_ones_fit() -> None:
    head = f"#Fields: {' '.join(SEVEN)}\n"
    assert one(f"{head}{row(SEVEN)}\tlater")["aws"]["cloudfront"]["extra"] == ["later"]
    (document,) = load(f"{head}new\t{row(SEVEN)}")
    assert "c_ip" in document["error"]["message"]


@given(st.text())
def test_any_text_gives_documents(text: str) -> None:
    for document in load(text) + load(f"#Fields: {text}\n{text}") + load("\t".join([text] * 33)):
        assert document["@timestamp"]


@given(st.dictionaries(st.sampled_from([*STANDARD, "cs(Host)", "timestamp(ms)", "extra", "asn", "new"]), LOOSE_JSON))
def test_any_object_gives_a_document(members: dict[str, Any]) -> None:
    (document,) = load(json.dumps(members))
    assert document.get("error", {}).get("type") != "unexpected_shape", document["error"]
