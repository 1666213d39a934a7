from es_loader.normalize.remainder import known, remainder, undeclared
from tests.golden import builtin_config


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
