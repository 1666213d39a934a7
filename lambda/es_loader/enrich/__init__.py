"""What is added to a document from outside the log: where an address lies, what a user agent is."""

from collections.abc import Callable

from es_loader.config import LogType
from es_loader.types import Document


def enrichers(log_type: LogType) -> tuple[Callable[[Document], None], ...]:
    """Return the functions that a log type's declaration asks for, each changing a document in place."""
    del log_type
    return ()
