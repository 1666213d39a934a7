"""The authentication log of Linux hosts (/var/log/secure, auth.log), by CloudWatch Logs or as bare lines."""

from es_loader.declarations import LogType
from es_loader.logtypes import Refine, linux_auth, linux_messages
from es_loader.logtypes.linux_auth.rules import write
from es_loader.logtypes.linux_messages import parse, starts
from es_loader.types import Document

__all__ = ["parse", "refiner", "starts"]


def refiner(log_type: LogType) -> Refine:
    """Make the refinement of one section: the time, in the section's zone, and what the message says."""
    return linux_messages.refiner(log_type, _add)


def _add(doc: Document, app: str, message: str, own: Document) -> None:
    finding = linux_auth.read(app, message)
    if finding:
        write(finding, doc, own)
