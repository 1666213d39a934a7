"""Apache's access log, in the common, combined, vhost and combinedio formats: https://httpd.apache.org/docs/current/logs.html."""

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks
from es_loader.logtypes.web_server import access, clients


def hooks(_log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    parse = access.parser(clients.apache, combinedio=True)
    return Hooks(parse=parse, prepare=access.preparer(old=True), refine=access.refine)
