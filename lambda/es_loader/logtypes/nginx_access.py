"""nginx's access log, in the combined format or as JSON: https://nginx.org/en/docs/http/ngx_http_log_module.html."""

from es_loader.declarations import LogType
from es_loader.logtypes import Hooks
from es_loader.logtypes.web_server import access, clients


def hooks(_log_type: LogType) -> Hooks:
    """Return what a declaration cannot say of this log."""
    parse = access.parser(clients.nginx, combinedio=False)
    return Hooks(parse=parse, prepare=access.preparer(old=False), refine=access.refine)
