from typing import Any

import pytest

from es_loader.normalize.tls import tls, version


@pytest.mark.parametrize(
    ("text", "protocol", "number"),
    [
        ("TLSv1.2", "tls", "1.2"),
        ("TLSV1.2", "tls", "1.2"),
        ("tlsv12", "tls", "1.2"),
        ("TLSv1", "tls", "1.0"),
        ("TLSv1.3", "tls", "1.3"),
        ("SSLv3", "ssl", "3.0"),
    ],
)
def test_a_version_is_a_number_and_a_protocol(text: str, protocol: str, number: str) -> None:
    assert version(text) == {"version": number, "version_protocol": protocol}


@pytest.mark.parametrize(
    ("cipher", "protocol", "expected"),
    [
        (None, None, {}),
        ("-", "-", {}),
        ("", "QUIC", {}),
        ("-", "TLSv1.2", {"version": "1.2", "version_protocol": "tls"}),
        ("AES128-SHA", "-", {"cipher": "AES128-SHA", "established": True}),
    ],
)
def test_a_cipher_means_an_established_session(
    cipher: str | None, protocol: str | None, expected: dict[str, Any]
) -> None:
    assert tls(cipher, protocol) == expected
