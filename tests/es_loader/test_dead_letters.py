"""What OpenSearch takes in no form, and what cannot be read, ends in the bucket of dead letters before it is acknowledged."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from es_loader import dead_letters
from es_loader.dead_letters import Letter, packed, path_of, unpacked
from es_loader.function import Function
from laptop.emulator import Emulator
from tests.dead_letter_place import BUCKET, LETTERS, Place, answer, client, notification, queued, record


@pytest.fixture(scope="module")
def s3(emulator: Emulator) -> Any:
    s3 = client(emulator, "s3")
    for name in (BUCKET, LETTERS):
        s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return s3


@pytest.fixture
def place(s3: Any, opensearch_url: str, tmp_path: Path) -> Iterator[Place]:
    place = Place(s3, opensearch_url, tmp_path / "user.ini")
    yield place
    place.clear()


def test_a_record_that_is_refused_in_every_form_becomes_a_letter_and_its_neighbours_documents(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    key, version = place.put(record(1), record(2, note="secret", time=place.IMPOSSIBLE), record(3))
    assert answer(place.function, queued(notification(key, version))) == []
    assert sorted(place.severities()) == [1, 3]
    (path,) = place.paths()
    assert path.startswith("waiting/deadtest/2030/01/02/")
    (letter,) = place.letters()
    assert (letter.kind, letter.number, letter.status) == ("record", 1, 400)
    assert (letter.bucket, letter.key, letter.version_id) == (BUCKET, key, version)
    assert (letter.event_time, letter.failed_at) == ("2030-01-02T03:05:00.000Z", "2030-03-17T17:46:40.000Z")
    assert "mapper_parsing_exception" in letter.reason
    assert '"note": "secret"' in str(letter.record)
    assert msgspec.json.decode(letter.document)["event"]["severity"] == 2
    (line,) = (one for one in caplog.records if hasattr(one, "dead_letters"))
    assert (line.levelname, line.dead_letters) == ("WARNING", 1)
    assert "secret" not in caplog.text
    (metrics,) = place.emitted
    assert (metrics["Records"], metrics["Loaded"], metrics["DeadLettered"], metrics["Failed"]) == (3, 2, 1, 0)


def test_a_message_that_comes_again_writes_its_letters_again(place: Place) -> None:
    key, version = place.put(*(record(number, time=place.IMPOSSIBLE) for number in range(20)), record(20))
    for _ in range(3):
        assert answer(place.function, queued(notification(key, version))) == []
    assert len(place.paths()) == 1
    assert [letter.number for letter in place.letters()] == list(range(20))
    assert place.severities() == [20]


@pytest.mark.parametrize("cut", [-9, 4])
def test_the_rest_of_an_object_is_one_letter_and_one_document(place: Place, cut: int) -> None:
    key, version = place.put(*(record(number, pad=uuid4().hex) for number in range(500)), cut=cut)
    assert answer(place.function, queued(notification(key, version))) == []
    (letter,) = place.letters()
    (error,) = (one for one in place.documents() if one.get("error", {}).get("type") == "object_error")
    assert letter.kind == "object"
    assert letter.number == error["aws"]["s3"]["object"]["record_number"] == len(place.documents()) - 1
    assert letter.reason in error["error"]["message"]
    assert (place.emitted[0]["Loaded"], place.emitted[0]["DeadLettered"]) == (len(place.documents()), 1)
    assert place.paths()[0].endswith("-rest.ndjson.gz")


@pytest.mark.parametrize("bad", [lambda place: record(1, time=place.IMPOSSIBLE), lambda _place: b"cut"])
def test_a_message_is_acknowledged_only_when_its_letters_are_stored(
    place: Place, bad: Callable[[Place], Any], opensearch_url: str
) -> None:
    good, _ = place.put(record(1))
    given_up, _ = place.put(bad(place), cut=12 if bad(place) == b"cut" else None)
    function = place.function_at(opensearch_url, letters="no-such-bucket")
    assert answer(function, queued(notification(good), notification(given_up))) == ["m1"]
    assert (place.emitted[0]["DeadLettered"], place.emitted[0]["Failed"]) == (0, 1)
    assert place.paths() == []


def test_many_letters_are_stored_in_parts_that_lose_none(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "PART_BYTES", 100_000)
    key, _ = place.put(*(record(number, time=place.IMPOSSIBLE, pad="x" * 1000) for number in range(500)))
    for _ in range(2):
        assert answer(place.function, queued(notification(key))) == []
    assert len(place.paths()) > 5
    assert sorted(letter.number for letter in place.letters()) == list(range(500))


def test_a_closed_index_refuses_no_record_for_good(place: Place) -> None:
    key, _ = place.put(record(1))
    place.search.indices.close(index=place.index)
    assert answer(place.function, queued(notification(key))) == ["m0"]
    assert place.paths() == []
    place.search.indices.open(index=place.index)
    assert answer(place.function, queued(notification(key))) == []
    assert place.severities() == [1]


def test_without_a_bucket_a_message_comes_again(place: Place, opensearch_url: str) -> None:
    key, _ = place.put(record(1, time=place.IMPOSSIBLE))
    function: Function = place.function_at(opensearch_url)
    assert answer(function, queued(notification(key))) == ["m0"]


def letter(**more: Any) -> Letter:
    return Letter(**{
        "kind": "record", "reason": "r", "log_type": "a/b c", "bucket": "b", "key": "k", "number": 3,
        "event_time": "2030-01-02T03:05:00.000Z", "failed_at": "2030-01-02T03:05:01.000Z", **more,
    })  # fmt: skip


def test_letters_come_back_as_they_were() -> None:
    letters = [letter(number=7, record='{"a":"\u2028\\n"}', document=msgspec.Raw(b'{"a":1}')), letter()]
    assert unpacked(packed(letters)) == letters[::-1]
    for broken in (b"", b"no gzip", packed(letters)[:-9], packed([])[:4]):
        if broken:
            with pytest.raises(ValueError, match=r"."):
                unpacked(broken)


def test_the_path_tells_log_type_date_object_and_version() -> None:
    assert path_of([letter(number=9), letter()]).startswith("waiting/a%2Fb%20c/2030/01/02/")
    paths = {
        path_of([letter(**more)]) for more in ({}, {"version_id": "v"}, {"key": "l"}, {"kind": "object"}, {"number": 4})
    }
    assert len(paths) == 5
