"""Values that a log type's module adds to `related.*`, beside those that every document's are gathered from."""

from collections.abc import Iterable

from es_loader.types import Document


def relate(doc: Document, name: str, values: Iterable[str | None]) -> None:
    """Add what is there of `values` to `related.<name>`, each once."""
    if kept := [value for value in values if value]:
        related = doc.setdefault("related", {})
        related[name] = list(dict.fromkeys((*related.get(name, ()), *kept)))
