"""What a line about an object may say comes from its report: nothing of a record is in one, of whatever log type."""

from collections.abc import Callable
from functools import partial

import pytest

from es_loader.compression import plain
from es_loader.golden import Collected
from es_loader.pipeline import Loader
from es_loader.types import ObjectRef
from tests.golden import EVENT_TIME, builtin_config, cases

CANARY = b"canary7f3a"
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a line more": lambda content: content + b"\n" + CANARY + b"\n",
    "a line before": lambda content: CANARY + b"\n" + content,
    "other digits": lambda content: content.replace(b"1", CANARY),
    "other names": lambda content: content.replace(b"e", CANARY),
    "no quotes": lambda content: content.replace(b'"', CANARY),
    "cut": lambda content: content.replace(b"0", CANARY)[: len(content) // 2],
}


@pytest.fixture(scope="module")
def loader() -> Loader:
    return Loader(builtin_config())


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_report_quotes_no_record(loader: Loader, damage: str) -> None:
    for case in cases():
        content = DAMAGES[damage](case.log.read_bytes())
        report = loader.load(ObjectRef("b", case.key, EVENT_TIME), partial(plain, iter((content,))), Collected())
        said = f"{report.error} {report.skipped} {report.excluded}"
        assert CANARY.decode() not in said, case.log
