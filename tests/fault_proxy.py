"""A proxy in front of a real OpenSearch that fails as told: one fault for each of the next bulk requests."""

import gzip
import http.client
import json
import socket
import struct
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import sleep
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

LINGER_NOT_AT_ALL = struct.pack("ii", 1, 0)


class Request(NamedTuple):
    """One bulk request as it came in; `body` is plain, `sent` the bytes on the wire."""

    path: str
    headers: dict[str, str]
    body: bytes
    sent: int

    @property
    def ids(self) -> list[str]:
        return [json.loads(line)["index"]["_id"] for line in self.body.splitlines()[::2]]


class Answer(NamedTuple):
    status: int
    body: bytes
    content_type: str = "application/json"


class Exchange:
    """What a fault may do with one request: pass on (a changed form of) it, answer, cut the connection, stall."""

    def __init__(self, handler: "_Handler", request: Request) -> None:
        self._handler = handler
        self.request = request

    def forward(self, body: bytes | None = None) -> Answer:
        return self._handler.forward(gzip.compress(self.request.body if body is None else body, 1))

    def answer(self, answer: Answer) -> None:
        self._handler.answer(answer)

    def reset(self) -> None:
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT_AT_ALL)
        self._handler.connection.close()
        self._handler.close_connection = True

    def stall(self) -> None:
        self._handler.server.released.wait()
        self._handler.close_connection = True


Fault = Callable[[Exchange], None]


def passed_on(exchange: Exchange) -> None:
    exchange.answer(exchange.forward())


def slowly(seconds: float) -> Fault:
    """Pass each request on after so many seconds: what then takes long does so on any machine."""

    def fault(exchange: Exchange) -> None:
        sleep(seconds)
        passed_on(exchange)

    return fault


def reset(exchange: Exchange) -> None:
    exchange.reset()


def reset_after_storing(exchange: Exchange) -> None:
    exchange.forward()
    exchange.reset()


def stalled_after_storing(exchange: Exchange) -> None:
    exchange.forward()
    exchange.stall()


def stalled(exchange: Exchange) -> None:
    exchange.stall()


def status(code: int, text: str = '{"error":{"root_cause":[],"type":"injected","reason":"told to"}}') -> Fault:
    return lambda exchange: exchange.answer(Answer(code, text.encode()))


def page(exchange: Exchange) -> None:
    exchange.answer(Answer(200, b"<html>Back soon</html>", "text/html"))


def items(code: int, count: int) -> Fault:
    """Answer `code` for the first `count` documents and store only the others."""

    def fault(exchange: Exchange) -> None:
        lines = exchange.request.body.splitlines(keepends=True)
        rest = b"".join(lines[2 * count :])
        stored = json.loads(exchange.forward(rest).body)["items"] if rest else []
        held = {"index": {"status": code, "error": {"type": "injected", "reason": "told to"}}}
        answer = {"errors": True, "items": [*[held] * count, *stored]}
        exchange.answer(Answer(200, json.dumps(answer).encode()))

    return fault


class FaultProxy(ThreadingHTTPServer):
    """Set `faults`, `weather` (what happens after those) and `max_body` (plain bytes, 413 above), read `requests`."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(upstream)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.faults: deque[Fault] = deque()
        self.weather: Fault | None = None
        self.max_body: int | None = None
        self.requests: list[Request] = []
        self.released = Event()

    def fault(self, request: Request) -> Fault:
        if self.max_body is not None and len(request.body) > self.max_body:
            return status(413, "")
        return self.faults.popleft() if self.faults else self.weather or passed_on

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away early are what this proxy is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultProxy

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["content-length"]))
        compressed = self.headers.get("content-encoding") == "gzip"
        request = Request(self.path, dict(self.headers), gzip.decompress(sent) if compressed else sent, len(sent))
        self.server.requests.append(request)
        self.server.fault(request)(Exchange(self, request))

    def forward(self, body: bytes) -> Answer:
        upstream = self.server.upstream
        connection = http.client.HTTPConnection(upstream.hostname or "", upstream.port)
        headers = {"content-type": "application/x-ndjson", "content-encoding": "gzip"}
        connection.request("POST", self.path, body, headers)
        response = connection.getresponse()
        answer = Answer(response.status, response.read())
        connection.close()
        return answer

    def answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("content-type", answer.content_type)
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""
