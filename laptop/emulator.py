"""An AWS that is a process on this machine: `ministack`, which really runs queues, functions and CloudFormation.

    with opensearch_node() as node, emulator(node) as aws:
        cdk("deploy", "--all", env=aws.environment())

A domain that a stack creates there gets the node's `host:port` as its endpoint (plain http, no signatures). State and
temporary files are in a folder of the emulator's own, which goes with it, as its function workers do (see leash.py).
"""

import http.client
import os
import secrets
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from laptop import leash
from laptop.cdk import search_path
from laptop.opensearch_node import OpenSearchNode

ACCOUNT = "123456789012"
REGION = "us-east-1"
HOST = "127.0.0.1"
START_ATTEMPTS = 3
START_SECONDS = 30.0
HEALTH_PATH = "/_ministack/health"


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator.

    Attributes:
        endpoint_url: of all its services.
        env: the variables that point boto3, the AWS CLI and the CDK CLI at it.
        folder: its state and its log.
    """

    endpoint_url: str
    env: Mapping[str, str]
    folder: Path

    def environment(self) -> dict[str, str]:
        """A whole environment for a child process: this one's, without its ties to a real AWS, and `env`."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
        return {**kept, **self.env}


@contextmanager
def emulator(node: OpenSearchNode, *, account: str = ACCOUNT, region: str = REGION) -> Iterator[Emulator]:
    """Start an emulator of `account` whose OpenSearch domains are `node`; it ends with the context.

    Raises:
        leash.StartError: it does not start; the text has the end of its log.
    """
    server, endpoint_url = _start(node, account, region)
    try:
        yield Emulator(endpoint_url, _client_environment(endpoint_url, region, server.folder), server.folder)
    finally:
        server.let_go()


def _start(node: OpenSearchNode, account: str, region: str) -> tuple[leash.Leash, str]:
    """Start on a free port; another one if somebody else took it in the moment between choosing and binding."""
    for attempt in range(1, START_ATTEMPTS + 1):
        port = _free_port()
        folder = Path(mkdtemp(prefix="siem-emulator-")).resolve()
        env = _server_environment(node, account, region, port, folder)
        server = leash.start([sys.executable, "-m", "ministack"], folder=folder, env=env, grace=2.0)
        try:
            server.wait_until(lambda port=port: _healthy(port), what="The AWS emulator", timeout=START_SECONDS)  # type: ignore[misc]
        except leash.StartError:
            taken = "already in use" in server.log_tail()
            server.let_go()
            if not taken or attempt == START_ATTEMPTS:
                raise
        except BaseException:
            server.let_go()
            raise
        else:
            return server, f"http://{HOST}:{port}"
    raise AssertionError("the last attempt returns or raises")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _server_environment(node: OpenSearchNode, account: str, region: str, port: int, folder: Path) -> dict[str, str]:
    """What ministack reads; its functions inherit them, so nothing of the caller's AWS is among them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MINISTACK_", "PYTHON"))}
    return {
        **kept,
        "BIND_HOST": HOST,  # its default is every interface
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",  # a listener on a fixed port
        "MINISTACK_ACCOUNT_ID": account,
        "MINISTACK_HOST": HOST,
        "MINISTACK_OPENSEARCH_ENDPOINT": node.host_and_port,
        "MINISTACK_REGION": region,
        "PATH": search_path(os.environ.get("PATH", os.defpath)),  # functions in Node need a node
        "S3_DATA_DIR": str(folder / "s3"),
        "SFTP_ENABLED": "0",  # as IOT_MTLS_ENABLED
        "STATE_DIR": str(folder / "state"),
        "TMPDIR": str(folder),
    }


def _client_environment(endpoint_url: str, region: str, folder: Path) -> dict[str, str]:
    return {
        # The CDK CLI remembers which account an access key belongs to: a key of this emulator's own.
        "AWS_ACCESS_KEY_ID": f"EMULATOR{secrets.token_hex(6).upper()}",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ENDPOINT_URL_S3": endpoint_url,
        "AWS_REGION": region,
        "AWS_SECRET_ACCESS_KEY": "emulator",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "CDK_HOME": str(folder / "cdk"),
        "NO_PROXY": f"{HOST},localhost",
        "no_proxy": f"{HOST},localhost",
    }


def _healthy(port: int) -> bool | None:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == http.client.OK or None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
