"""Every document leads back to its raw record."""

import pytest

from es_loader.compression import plain
from es_loader.errors import ObjectError
from es_loader.golden import GoldenPair
from es_loader.originals import Provenance, is_the_same, original, provenance_of
from es_loader.pipeline import Loader
from tests.golden import builtin_config, cases, load_bytes

LOADER = Loader(builtin_config())
FLOWS = next(case for case in cases() if case.log_type == "vpcflowlogs")


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.log_type}/{case.log.stem}")
def test_the_record_of_every_golden_document_is_found_again(case: GoldenPair) -> None:
    for document in load_bytes(LOADER, case.log.read_bytes(), case.key)[0]:
        source = document["_source"]
        if source.get("error", {}).get("type") == "object_error":
            continue
        origin = provenance_of(source)
        raw = original(LOADER, origin, plain(iter((case.log.read_bytes(),))))
        assert is_the_same(document["_id"], origin, raw)
        if "original" in source["event"] and case.log_type != "waf":  # whose secrets are left out
            assert source["event"]["original"] == raw.text


def test_a_record_beyond_the_end_is_named() -> None:
    with pytest.raises(ObjectError, match=r"s3://b/.*, record 999: the object has \d+ records only"):
        original(LOADER, Provenance("b", FLOWS.key, 999), plain(iter((FLOWS.log.read_bytes(),))))


def test_an_object_that_was_written_again_is_noticed() -> None:
    (document, *_), _report = load_bytes(LOADER, FLOWS.log.read_bytes(), FLOWS.key)
    origin = provenance_of(document["_source"])
    changed = FLOWS.log.read_bytes().replace(b"ACCEPT", b"REJECT")
    assert not is_the_same(document["_id"], origin, original(LOADER, origin, plain(iter((changed,)))))


def test_a_key_that_no_log_type_takes_any_more_is_named() -> None:
    with pytest.raises(ObjectError, match=r"no log type takes the key holiday\.jpg any more"):
        original(LOADER, Provenance("b", "holiday.jpg", 0), plain(iter((b"",))))


def test_a_document_of_others_has_no_provenance() -> None:
    with pytest.raises(ObjectError, match="does not say which object it came from"):
        provenance_of({"aws": {"s3": {"bucket": {"name": "b"}}}})
