"""The authentication log of Linux hosts (/var/log/secure, auth.log), by CloudWatch Logs or as bare lines."""

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks, linux_auth
from es_loader.logtypes.linux_auth.rules import write
from es_loader.logtypes.linux_messages import parse, refiner, starts
from es_loader.types import Document


def hooks(log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(parse=parse, starts=starts, refine=refiner(log_type, _add))


def _add(doc: Document, app: str, message: str, own: Document) -> None:
    finding = linux_auth.read(app, message)
    if finding:
        write(finding, doc, own)
