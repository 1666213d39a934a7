"""The log of Linux hosts' system (/var/log/messages, syslog), by CloudWatch Logs or as bare lines.

Hosts that keep no log of their own for authentication write it here: those records are the other section's.
"""

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks, linux_auth
from es_loader.logtypes.linux_messages import parse, refiner, repeated, starts
from es_loader.types import Fields

_SECURE = "linux-secure"


def hooks(log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    return Hooks(parse=parse, starts=starts, belongs=belongs, refine=refiner(log_type))


def belongs(fields: Fields) -> str | None:
    """Name the section of authentication for what its programs wrote, or PAM in any program."""
    app, message = fields.get("app") or "", fields["message"]
    return _SECURE if linux_auth.concerns(app, repeated(message)[1]) else None
