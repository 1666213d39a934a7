"""A node in the foreground until Ctrl-C: what the command lines of opensearch_node and security_node do."""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeVar

from laptop import leash
from laptop.downloads import DownloadError


class Node(Protocol):
    """A node to look at."""

    @property
    def folder(self) -> Path | None:
        """The files of a node that was started here."""


N = TypeVar("N", bound=Node)


def foreground(
    module: str, node: Callable[..., AbstractContextManager[N]], *, heap: str, told: Callable[[N], Iterable[str]]
) -> int:
    """Run a node until Ctrl-C, as its module's command line wants it, and return the exit status.

    Args:
        module: the command line's.
        node: context manager that takes `port` and `heap`.
        heap: Java heap unless the command line says another.
        told: a node -> its URL, and more lines on how to use it.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description="Run a node until Ctrl-C.")
    parser.add_argument("--port", type=int, default=0, help="HTTP port (default: any that is free)")
    parser.add_argument("--heap", default=heap, help="Java heap (default: %(default)s)")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = time.monotonic()
    try:
        with node(port=arguments.port, heap=arguments.heap) as running:
            url, *more = told(running)
            print(f"{url}  (ready after {time.monotonic() - started:.0f} s; Ctrl-C stops it)")
            print(*more, sep="\n", end="\n" if more else "", flush=True)
            while running.folder is None or not (running.folder / "exit").exists():
                time.sleep(1)
            print("The node ended by itself.", file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    except (DownloadError, leash.StartError) as exc:
        print(exc, file=sys.stderr)
    return 1
