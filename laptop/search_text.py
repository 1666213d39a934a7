"""A query in JSON -> the same as one line of text, as it is typed into a search bar.

https://docs.opensearch.org/latest/query-dsl/full-text/query-string/
"""

from typing import Any

Query = dict[str, Any]


def search_text(query: Query) -> str:
    """Return a query of the kinds that the investigations use in query string syntax.

    Raises:
        KeyError: it is of another kind.
    """
    return _text(query)


def _text(query: Query) -> str:
    ((kind, body),) = query.items()
    return _KINDS[kind](body)


def _terms(body: Query) -> str:
    ((field, values),) = body.items()
    quoted = [f'"{value}"' for value in values]
    return f"{field}:{quoted[0]}" if len(quoted) == 1 else f"{field}:({' OR '.join(quoted)})"


def _range(body: Query) -> str:
    ((field, limits),) = body.items()
    end = f'"{limits["lt"]}"}}' if "lt" in limits else "*]"
    return f'{field}:["{limits["gte"]}" TO {end}'


def _bool(body: Query) -> str:
    required = [_part(each) for each in body.get("filter", ())]
    if "should" in body:
        required.append(" OR ".join(map(_part, body["should"])))
    return " AND ".join([*required, *(f"NOT {_part(each)}" for each in body.get("must_not", ()))])


def _part(query: Query) -> str:
    """Return a query in parentheses if it would fall apart without."""
    text = _text(query)
    return f"({text})" if "bool" in query and len(_clauses(query["bool"])) > 1 else text


def _clauses(body: Query) -> list[Query]:
    return [each for kind in ("filter", "should", "must_not") for each in body.get(kind, ())]


_KINDS = {"bool": _bool, "range": _range, "terms": _terms}
