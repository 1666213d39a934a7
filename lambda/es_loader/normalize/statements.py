"""Single steps of a mapping function, as Python source."""


def first_of(values: list[str]) -> list[str]:
    """Return statements that set `v` to the first of some values that is there."""
    lines = [f"v = {values[0]}"]
    for value in values[1:]:
        lines += ["if v is None:", f"    v = {value}"]
    return lines


def keyword(value: str) -> str:
    """Return an expression that is a usable text or None, without a call where it is a text already."""
    return f"(w if type(w := {value}) is str and w not in absent else None if w is None else scalar(w, doc))"
