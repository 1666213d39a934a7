from pathlib import Path

from domain_setup.mappings import fields_of
from es_loader.config import load_config
from es_loader.normalize.remainder import known, remainder, undeclared
from es_loader.pipeline import Loader
from tests.golden import ROOT, builtin_config, load_bytes


def test_what_is_named_goes_whatever_lies_below_it() -> None:
    table = known(["a", "b.c", "b.c.d", "e.0.f"])
    assert remainder({"a": {"x": 1}, "b": {"c": {"z": 1}, "y": 2}, "e": [{"f": 3}]}, table) == {
        "b": {"y": 2},
        "e": [{"f": 3}],
    }


def test_paths_lead_through_lists() -> None:
    assert remainder({"a": [{"b": 1}, {"b": 2, "c": 3}, "x"]}, known(["a.b"])) == {"a": [{"c": 3}, "x"]}


def test_nothing_is_left_of_what_is_named_whole() -> None:
    assert remainder({"a": {"b": [{"c": 1}]}, "d": None}, known(["a.b.c", "d"])) is None


def test_a_record_without_members_of_its_own_leaves_nothing() -> None:
    log_type = builtin_config().log_types["guardduty"]
    rest = undeclared(log_type, ["read.here"])
    assert rest({"id": "1", "updatedAt": "2030-01-02", "read": {"here": 1}}) is None
    assert rest({"id": "1", "read": {"there": 1, "empty": {}}, "new": [1, None]}) == {"read": {"there": 1}, "new": [1]}


def test_a_section_without_code_keeps_what_it_does_not_name_in_one_flat_field(tmp_path: Path) -> None:
    (tmp_path / "user.ini").write_text(
        "[shop]\ns3_key = shop/\nfile_format = json\nindex_name = log-shop\nuser.name = buyer.login\n"
        "original_fields =\n keyword order\n flat *\n"
    )
    config = load_config(ROOT / "config" / "aws.ini", tmp_path / "user.ini")
    record = b'{"@timestamp":"2030-01-02T03:04:05Z","order":"A-1","buyer":{"login":"eve","age":41},"unmapped":{"a":1}}'
    ((found,), _) = load_bytes(Loader(config), record, "shop/a.log")
    assert found["_source"]["shop"] == {"order": "A-1", "unmapped": {"buyer": {"age": 41}, "unmapped": {"a": 1}}}
    assert fields_of(config.log_types["shop"])["shop.unmapped"] == {"type": "flat_object"}
