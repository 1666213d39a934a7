from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.normalize.urls import extension, url

EXAMPLE = {
    "scheme": "https",
    "domain": "www.example.com",
    "registered_domain": "example.com",
    "subdomain": "www",
    "top_level_domain": "com",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "https://www.example.com:443/a/b.php?c=1?d#e",
            EXAMPLE | {"port": 443, "path": "/a/b.php", "query": "c=1?d", "extension": "php", "fragment": "e"},
        ),
        ("https://www.example.com", EXAMPLE),
        ("https://www.example.com?a=/b.c", EXAMPLE | {"query": "a=/b.c"}),
        ("https://ann:pw@www.example.com/", EXAMPLE | {"username": "ann", "path": "/"}),
        ("http://192.0.2.1:80//.env", {"scheme": "http", "domain": "192.0.2.1", "port": 80, "path": "//.env"}),
        ("http://[2001:db8::1]:8080/", {"scheme": "http", "domain": "2001:db8::1", "port": 8080, "path": "/"}),
        ("http:///a", {"scheme": "http", "path": "/a"}),
    ],
)
def test_an_absolute_url_has_all_parts(text: str, expected: dict[str, Any]) -> None:
    extension = {"extension": "env"} if text.endswith(".env") else {}
    assert url(text) == {"original": text, "full": text, **expected, **extension}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/a b?c?d#e", {"path": "/a b", "query": "c?d#e"}),
        ("/a.b/c", {"path": "/a.b/c"}),
        ("/a.", {"path": "/a."}),
        ("/a.tar.gz", {"path": "/a.tar.gz", "extension": "gz"}),
        ("/?u=http://x.example/", {"path": "/", "query": "u=http://x.example/"}),
        ("*", {"path": "*"}),
        ("?", {}),
    ],
)
def test_a_target_has_path_and_query(text: str, expected: dict[str, str]) -> None:
    assert url(text) == {"original": text, **expected}


def test_decoding_is_done_once_and_on_request() -> None:
    text = "/a%2520%E4?q=%27%ff"
    assert url(text)["path"] == "/a%2520%E4"
    assert url(text, decode=True) == {"original": text, "path": "/a%20�", "query": "q='�"}


def test_the_extension_is_taken_before_decoding() -> None:
    assert url("/a%2Ephp", decode=True) == {"original": "/a%2Ephp", "path": "/a.php"}


def test_every_call_gives_a_dict_of_its_own() -> None:
    url("https://www.example.com/")["domain"] = "changed"
    assert url("https://www.example.com/")["domain"] == "www.example.com"


@given(st.text())
def test_any_text_keeps_its_original(text: str) -> None:
    assert url(text)["original"] == text
    assert url("http://" + text, decode=True)["scheme"] == "http"


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/a.b/c", None), ("/a/c.tar.gz", "gz"), ("/.env", "env"), ("/a.", None), ("", None), ("*", None)],
)
def test_an_extension_follows_the_last_dot_of_the_last_segment(path: str, expected: str | None) -> None:
    assert extension(path) == expected
