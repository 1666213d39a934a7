"""What a domain offers is told from how it answers; a domain that refuses is not one that lacks."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from domain_setup.features import Feature, offered
from domain_setup.setup import run
from es_loader.config import load_config
from es_loader.errors import AccessError
from es_loader.sinks.opensearch import Requests, connect

NOT_OFFERED = (401, {"Message": f"Your request: '{Feature.ACCESS_CONTROL.path}' is not allowed."})
NOT_ALLOWED = (403, {"Message": "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: es:ESHttpGet"})
NOT_SIGNED_IN = (401, {"Message": "Unauthorized"})
ANOTHER_PATH = (401, {"Message": "Your request: '/_cluster/settings' is not allowed."})


@contextmanager
def domain(status: int, body: dict[str, str]) -> Iterator[str]:
    """A domain with nothing in it yet, that answers so where it is asked for roles."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            code, answer = (status, body) if self.path == Feature.ACCESS_CONTROL.path else (404, {})
            text = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_amazon_domain_without_fine_grained_access_control_gets_no_roles() -> None:
    with domain(*NOT_OFFERED) as url:
        assert offered(Requests(connect(url))) == frozenset(Feature) - {Feature.ACCESS_CONTROL}


def test_the_report_says_what_such_a_domain_lacks(tmp_path: Path) -> None:
    (tmp_path / "aws.ini").write_text("")
    with domain(*NOT_OFFERED) as url:
        told = [str(change) for change in run(endpoint=url, config=load_config(tmp_path / "aws.ini"), dry_run=True)]
    assert told[-1] == ("_plugins/_security/api/roles: left out (this OpenSearch has no fine-grained access control)")


@pytest.mark.parametrize(("status", "body"), [NOT_ALLOWED, NOT_SIGNED_IN, ANOTHER_PATH])
def test_a_domain_that_refuses_is_not_taken_for_one_that_lacks(status: int, body: dict[str, str]) -> None:
    with domain(status, body) as url, pytest.raises(AccessError, match=f"refuses .*{status}"):
        offered(Requests(connect(url)))
