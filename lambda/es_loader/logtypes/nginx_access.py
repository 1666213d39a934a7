"""nginx's access log, in the combined format or as JSON: https://nginx.org/en/docs/http/ngx_http_log_module.html."""

from es_loader.logtypes.web_server import access, clients

parse = access.parser(clients.nginx, combinedio=False)
prepare = access.preparer(old=False)
refine = access.refine
