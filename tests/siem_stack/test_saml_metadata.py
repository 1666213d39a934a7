"""What a provider says of itself is taken as it is, if it is one provider's."""

from pathlib import Path

import pytest

from siem_stack.settings.saml_metadata import MAX_CHARACTERS, read_metadata

DESCRIPTOR = '<{0}EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"{1} entityID={2}/>'


@pytest.mark.parametrize(
    "text",
    [
        DESCRIPTOR.format("", "", '"https://idp.example.com/a?b=c"'),
        DESCRIPTOR.format("md:", "\n ID='_1'", "'https://idp.example.com/a?b=c'"),
        "\ufeff<?xml version='1.0'?>\n" + DESCRIPTOR.format("x:", "", "\n'https://idp.example.com/a?b=c'"),
    ],
)
def test_the_entity_is_found(tmp_path: Path, text: str) -> None:
    (tmp_path / "idp.xml").write_text(text, encoding="utf-8")
    found = read_metadata("idp.xml", tmp_path)
    assert found.entity_id == "https://idp.example.com/a?b=c"
    assert found.text == text.removeprefix("\ufeff").strip()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "has 0"),
        ("<html>EntityDescriptor entityID='x'</html>", "has 0"),
        (DESCRIPTOR.format("", "", "'a'") + DESCRIPTOR.format("", "", "'b'"), "has 2"),
        (DESCRIPTOR.format("", "", "'a'") + " " * MAX_CHARACTERS + "<x/>", "more than 1,048,576 characters"),
    ],
)
def test_what_is_no_providers_metadata_is_told(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "idp.xml").write_text(text)
    with pytest.raises(ValueError, match=why):
        read_metadata("idp.xml", tmp_path)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "idp.xml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="no text file of that name"):
        read_metadata("idp.xml", tmp_path)
