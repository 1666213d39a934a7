"""What a replay makes of letters is what the first load makes of the records, for every log type."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
import pytest

from es_loader.classify import classify
from es_loader.compression import plain
from es_loader.dead_letters import Letter
from es_loader.errors import AccessError, RetryableError
from es_loader.golden import Collected, GoldenPair
from es_loader.normalize.timestamps import iso_from_epoch_ms
from es_loader.objects import ObjectGone
from es_loader.pipeline import Loader
from es_loader.replay import Result, documents
from es_loader.types import ObjectRef
from tests.golden import EVENT_TIME, builtin_config, cases, load_bytes

BUCKET = "aes-siem-111122223333-log"


@pytest.fixture(scope="module")
def loader() -> Loader:
    return Loader(builtin_config())


def letter(key: str, number: int, **more: Any) -> Letter:
    return Letter(**{
        "kind": "record", "reason": "r", "log_type": "any", "bucket": BUCKET, "key": key, "number": number,
        "event_time": iso_from_epoch_ms(EVENT_TIME), "failed_at": "x", **more,
    })  # fmt: skip


def replayed(loader: Loader, results: Sequence[Result], content: bytes) -> list[dict[str, Any]]:
    sink = Collected()
    for _result, document in documents(loader, results, lambda _ref: plain(iter((content,)))):
        sink.add(*document, None)
    return sink.documents


def number_of(document: dict[str, Any]) -> int:
    return int(document["_source"]["aws"]["s3"]["object"]["record_number"])


@pytest.mark.parametrize("case", cases(), ids=str)
def test_letters_become_what_their_records_were(loader: Loader, case: GoldenPair) -> None:
    content = case.log.read_bytes()
    loaded, report = load_bytes(loader, content, case.key)
    wanted = [one for one in loaded if one["_source"].get("error", {}).get("type") != "object_error"][::2]
    results = [Result(letter(case.key, number_of(one), id=one["_id"])) for one in wanted]
    if results:
        assert replayed(loader, results, content) == wanted
        assert [result for result in results if result.problem] == []
    middle = report.records // 2
    rest = Result(letter(case.key, middle, kind="object"))
    rests = [
        one
        for one in loaded
        if number_of(one) >= middle and one["_source"].get("error", {}).get("type") != "object_error"
    ]
    assert replayed(loader, [rest], content) == rests
    assert (rest.problem is None) == (report.error is None)
    assert rest.unread_from == report.unread_from


def test_a_record_that_was_written_over_is_replayed_from_its_letter(loader: Loader) -> None:
    case = next(one for one in cases() if one.log_type == "alb")
    content = case.log.read_bytes()
    (first, second, *_), _report = load_bytes(loader, content, case.key)
    lines = content.splitlines(keepends=True)
    result = Result(letter(case.key, 0, id=first["_id"], record=lines[0].decode().rstrip("\n")))
    assert replayed(loader, [result], b"".join(lines[1:])) == [first]
    assert second["_id"] != first["_id"]


@pytest.mark.parametrize("record", [None, "2 a row without its header"])
def test_a_row_without_its_object_is_replayed_as_the_document_that_it_was(loader: Loader, record: str | None) -> None:
    key = next(one.key for one in cases() if one.log_type == "vpcflowlogs")
    document = msgspec.Raw(b'{"a":1}')
    results = [Result(letter(key, 1, index="log-x", id="i", record=record, document=document)), Result(letter(key, 2))]
    found = list(documents(loader, results, partial(_fails, ObjectGone("it is gone"))))
    assert [encoded for _, encoded in found] == [("log-x", "i", b'{"a":1}')]
    assert [result.problem is None for result in results] == [True, False]


def test_without_the_right_to_read_an_object_its_letters_stay(loader: Loader) -> None:
    case = cases()[0]
    results = [Result(letter(case.key, 0, record="x")), Result(letter(case.key, 1, kind="object"))]
    assert list(documents(loader, results, partial(_fails, AccessError("s3:GetObject is missing")))) == []
    assert {result.problem for result in results} == {"s3:GetObject is missing"}
    with pytest.raises(RetryableError, match="broke off"):
        list(documents(loader, results, partial(_fails, RetryableError("broke off"))))


def _fails(error: Exception, _ref: ObjectRef) -> Any:
    raise error


def test_a_key_that_no_log_type_takes_any_more_stays(loader: Loader) -> None:
    assert classify(loader.config, "holiday.jpg") is None
    result = Result(letter("holiday.jpg", 0))
    assert replayed(loader, [result], b"x") == []
    assert result.problem == "no log type takes the key any more"
