"""A table of a log's words, compiled for one ECS field: any value of a log -> the values of the field."""

from collections.abc import Callable
from typing import Any

from es_loader.normalize.coerce import to_keyword
from es_loader.normalize.ecs import EcsField
from es_loader.options import names
from es_loader.value_table import ValueTable

Convert = Callable[[Any], Any]


def words_of(text: str, field: EcsField | None) -> tuple[str, ...]:
    """Return the values that a text of the configuration gives a field: several only where ECS wants a list."""
    return names(text) if field and field.array else (text,) * bool(text)


def translator(table: ValueTable, field: EcsField | None, convert: Convert) -> Convert:
    """Return the function from one value to the value of a field that holds one; None for none."""
    to_list = list_translator(table, field, convert)

    def translate(value: Any) -> Any:
        found = to_list(value)
        return found[0] if found else None

    return translate


def list_translator(table: ValueTable, field: EcsField | None, convert: Convert) -> Convert:
    """Return the function from one value, or a list of them, to the distinct values of a field; None for none.

    The lists are shared between documents: not to be changed.
    """
    known = {word: converted(text, field, convert) for word, text in table.words.items()}
    other = None if table.other is None else converted(table.other, field, convert)
    allowed = frozenset(field.allowed) if field else frozenset()
    ready = {word: list(dict.fromkeys(values)) for word, values in known.items() if values}

    def translate(value: Any) -> list[Any] | None:
        if type(value) is str and (values := ready.get(value)) is not None:
            return values
        found: dict[Any, None] = {}
        for one in value if type(value) is list else (value,):
            word = to_keyword(one)
            if word is None:
                continue
            of_word = known.get(word, other)
            if of_word is None:
                kept = convert(one)
                of_word = () if kept is None or (allowed and kept not in allowed) else (kept,)
            found.update(dict.fromkeys(of_word))
        return list(found) or None

    return translate


def converted(text: str, field: EcsField | None, convert: Convert) -> tuple[Any, ...]:
    """Return a text of the configuration as values of the field's type."""
    return tuple(value for word in words_of(text, field) if (value := convert(word)) is not None)
