"""The connection to OpenSearch: endpoint -> client, bulk request -> reply. The only module that knows opensearch-py."""

import logging
import re
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
from isal import igzip
from opensearchpy import JSONSerializer, OpenSearch, Urllib3AWSV4SignerAuth
from opensearchpy.exceptions import ConnectionError as NoConnectionError
from opensearchpy.exceptions import NotFoundError, SerializationError, TransportError

from es_loader.errors import AccessError, ConfigError, LoaderError, RetryableError
from es_loader.sinks.delivery import BUSY, DENIED, NO_ANSWER, SERVER_ERRORS, Item, Post, Reply

CONNECTIONS = 4
"""Kept open: a few requests are under way at a time."""

NO_SUCH_API = ("no handler found for uri [{path}]", "Your request: '{path}' is not allowed")
"""How an OpenSearch says that it knows no such path (400), and how a domain of Amazon does (401), which is not how
either refuses an identity."""

_CHATTY_LOGGERS = ("opensearch", "opensearchpy.trace")
"""They write whole requests, which are logs of others, and a traceback for every attempt."""

_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
_REGION = r"(?P<region>[a-z]{2,}(?:-[a-z]+)+-\d+)"
_AWS_HOSTS = (
    re.compile(rf"\.{_REGION}\.(?P<service>es|aoss)\.amazonaws\.com(?:\.cn)?\Z"),
    re.compile(rf"\.aos\.{_REGION}\.on\.(?:aws|amazonwebservices\.com\.cn)\Z"),
)
"""Hosts of Amazon OpenSearch Service and OpenSearch Serverless; dual-stack hosts of the former."""

_PARAMS = {"filter_path": "errors,items.*.status,items.*.error.type,items.*.error.reason"}
_HEADERS = {"content-type": "application/x-ndjson", "content-encoding": "gzip"}


class _Json(JSONSerializer):
    """Reads answers with msgspec: one bulk answer has thousands of items."""

    def loads(self, s: str) -> Any:
        try:
            return msgspec.json.decode(s)
        except ValueError as exc:
            raise SerializationError(str(exc)) from exc


class _Error(msgspec.Struct):
    type: str | None = None
    reason: str | None = None


class _Result(msgspec.Struct):
    status: int
    error: _Error | None = None


class _Answer(msgspec.Struct):
    errors: bool
    items: list[dict[str, _Result]]


def connect(endpoint: str, *, region: str | None = None, timeout: float = 30) -> OpenSearch:
    """Return a client that sends each request once: repeating is up to its user.

    Requests to Amazon's endpoints are signed with the credentials of the environment, and so are those to any
    other HTTPS host but this machine if `region` is given. A user and password in the endpoint come before that.

    Args:
        endpoint: a URL, or a host as AWS names it (HTTPS), or `host:port` (HTTP).
        region: where to sign for, if the endpoint's name does not say it.
        timeout: seconds to wait for an answer.

    Raises:
        AccessError: the requests must be signed and there are no credentials.
    """
    for name in _CHATTY_LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if "://" not in endpoint:
        endpoint = f"{'http' if re.search(r':[0-9]+(?:/|$)', endpoint) else 'https'}://{endpoint}"
    url = urlsplit(endpoint)
    name, secure = url.hostname or "localhost", url.scheme == "https"
    auth: Any = None
    if url.username is not None:
        auth = (unquote(url.username), unquote(url.password or ""))
    elif secure:
        auth = _signer(name, region)
    return OpenSearch(
        [{"host": name, "port": url.port or (443 if secure else 80), "use_ssl": secure, "url_prefix": url.path}],
        http_auth=auth,
        timeout=timeout,
        pool_maxsize=CONNECTIONS,
        max_retries=0,
        serializer=_Json(),
    )


def bulk(client: OpenSearch, *, path: str = "/_bulk") -> Post:
    """Return what sends one bulk request and gets its reply, whatever happens on the way."""
    return partial(_post, client, path)


class Requests:
    """Single requests to a domain's API, with errors that say what to do.

    Raises:
        AccessError: the domain refuses this identity.
        ConfigError: the domain refuses the body.
        RetryableError: the domain cannot answer now.
    """

    def __init__(self, client: OpenSearch) -> None:
        self.client = client

    def get(self, path: str) -> Any:
        """Return the body at a path; None if there is nothing."""
        try:
            return self.client.transport.perform_request("GET", path)
        except NotFoundError:
            return None
        except TransportError as exc:
            raise _translate(path, exc) from exc

    def offers(self, path: str) -> bool:
        """Tell whether there is an API at a path: an OpenSearch without a plugin knows none of its paths.

        Raises:
            AccessError: there may be one, but the domain refuses this identity.
        """
        try:
            self.client.transport.perform_request("GET", path)
        except NotFoundError:
            return True
        except TransportError as exc:
            if any(text.format(path=path) in str(exc.error) for text in NO_SUCH_API):
                return False
            raise _translate(path, exc) from exc
        return True

    def put(self, path: str, body: Any) -> Any:
        """Put a body at a path and return the answer."""
        return self._send("PUT", path, body)

    def post(self, path: str, body: Any = None) -> Any:
        """Post a body to a path and return the answer."""
        return self._send("POST", path, body)

    def _send(self, method: str, path: str, body: Any) -> Any:
        try:
            return self.client.transport.perform_request(method, path, body=body)
        except TransportError as exc:
            raise _translate(path, exc) from exc


def _translate(path: str, exc: TransportError) -> LoaderError:
    if isinstance(exc, NoConnectionError):
        return RetryableError(f"OpenSearch cannot be reached: {exc.error}")
    status, reason = int(exc.status_code), f"{exc.error}: {_reason(exc)}"
    if status in DENIED:
        return AccessError(f"OpenSearch refuses {path} to this identity ({status} {reason})")
    if status < SERVER_ERRORS and status != BUSY:
        return ConfigError(f"OpenSearch refuses {path} ({status} {reason})")
    return RetryableError(f"OpenSearch cannot answer {path} now ({status} {reason})")


def _reason(exc: TransportError) -> str:
    """Return the innermost reason of an error's body."""
    error = exc.info.get("error") if isinstance(exc.info, dict) else None
    reason = ""
    while isinstance(error, dict):
        reason = str(error.get("reason", reason))
        error = error.get("caused_by")
    return reason


def _signer(host: str, region: str | None) -> Any:
    """Return what signs requests to this host; None if they need no signature."""
    match = next((match for pattern in _AWS_HOSTS if (match := pattern.search(host))), None)
    found = match.groupdict() if match else {}
    region = found.get("region", None if host in _LOCAL_HOSTS else region)
    if region is None:
        return None
    import boto3  # noqa: PLC0415 - slow to import, and only signing needs it

    credentials = boto3.Session().get_credentials()
    if credentials is None:
        raise AccessError(f"there are no AWS credentials to sign requests to {host} with")
    return Urllib3AWSV4SignerAuth(credentials, region, found.get("service", "es"))


def _post(client: OpenSearch, path: str, request: bytes, seconds: float) -> Reply:
    compressed = igzip.compress(request, 1)
    try:
        answer = client.transport.perform_request(
            "POST", path, params=_PARAMS, headers=_HEADERS, body=compressed, timeout=seconds
        )
        return _reply(answer)
    except TransportError as exc:
        return Reply(NO_ANSWER if isinstance(exc, NoConnectionError) else int(exc.status_code), str(exc))
    except (SerializationError, msgspec.ValidationError) as exc:
        return Reply(NO_ANSWER, f"the answer is not that of a bulk request: {exc}")


def _reply(answer: Any) -> Reply:
    found = msgspec.convert(answer, _Answer)
    if not found.errors:
        return Reply(200)
    return Reply(200, items=[_item(result) for item in found.items for result in item.values()])


def _item(result: _Result) -> Item:
    error = result.error
    return Item(result.status, f"{error.type}: {error.reason}" if error else "")
