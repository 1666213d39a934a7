"""The tables of options say what is accepted, all of it."""

import re
from pathlib import Path

import pytest

from es_loader.options import CODECS, FORMATS, OPTIONS, ROTATIONS, TIERS

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
TABLE = PAGE.partition("\n## Options\n")[2].partition("\n## ")[0]


def row(option: str) -> str:
    (found,) = [line for line in TABLE.splitlines() if re.match(rf"\| (?:`\w+`,? ?)*`{option}`.* \|.* \|$", line)]
    return found


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_has_a_row(option: str) -> None:
    assert row(option)


@pytest.mark.parametrize(
    ("option", "words"),
    [("index_codec", CODECS), ("file_format", FORMATS), ("index_rotation", ROTATIONS), ("index_tier", TIERS)],
)
def test_every_word_that_an_option_takes_is_named(option: str, words: tuple[str, ...]) -> None:
    assert set(words) <= set(re.findall(r"`(\w+)`", row(option)))
