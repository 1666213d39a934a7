import pytest

from es_loader.normalize.request_line import request_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /a HTTP/1.1", ("GET", "/a", "1.1")),
        ("GET /a b?c d HTTP/2.0", ("GET", "/a b?c d", "2.0")),
        ("GET /a HTTP/1.1 HTTP/1.1  ", ("GET", "/a HTTP/1.1", "1.1")),
        ("GET /a", ("GET", "/a", None)),
        ("GET /a b", ("GET", "/a b", None)),
        ("GET", ("GET", None, None)),
        ("- http://198.51.100.7:80- -", (None, "http://198.51.100.7:80-", None)),
        ("- - -", (None, None, None)),
        ("- - - ", (None, None, None)),
        ("-", (None, None, None)),
        ("", (None, None, None)),
        ("GET - HTTP/1.0", ("GET", None, "1.0")),
        ("GET HTTP/1.0", ("GET", None, "1.0")),
        ("GET /a HTTP/", ("GET", "/a", None)),
    ],
)
def test_a_request_line_has_three_parts(text: str, expected: tuple[str | None, str | None, str | None]) -> None:
    assert request_line(text) == expected
