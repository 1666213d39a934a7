import pytest

from es_loader.normalize.hostport import host_port


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1:80", ("192.0.2.1", 80)),
        ("192.0.2.1:0", ("192.0.2.1", 0)),
        ("[2001:db8::1]:80", ("2001:db8::1", 80)),
        ("2001:db8::1:80", ("2001:db8::1", 80)),
        ("2001:db8:1:2:3:4:5:6", ("2001:db8:1:2:3:4:5:6", None)),
        ("[2001:db8::1]", ("2001:db8::1", None)),
        ("192.0.2.1:-", ("192.0.2.1", None)),
        ("192.0.2.1:65536", ("192.0.2.1", None)),
        ("www.example.com", ("www.example.com", None)),
        ("www.example.com:http", ("www.example.com:http", None)),
        ("-", (None, None)),
        ("", (None, None)),
        (":443", (None, 443)),
        ("192.0.2.1:٣", ("192.0.2.1:٣", None)),
        ("192.0.2.1:" + "9" * 5000, ("192.0.2.1", None)),
    ],
)
def test_a_place_is_split_into_host_and_port(text: str, expected: tuple[str | None, int | None]) -> None:
    assert host_port(text) == expected
