"""Apache's access log, in the common, combined, vhost and combinedio formats: https://httpd.apache.org/docs/current/logs.html."""

from es_loader.logtypes.web_server import access, clients

parse = access.parser(clients.apache, combinedio=True)
prepare = access.preparer(old=True)
refine = access.refine
