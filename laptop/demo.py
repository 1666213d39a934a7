"""The whole pipeline on this machine: deploy the stack, load the samples, investigate.

    python -m laptop.demo [--keep]

Exit codes: 0 all answers came out, 1 not, 130 interrupted. Whatever the end, no server is left running.
"""

import argparse
import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

from es_loader.errors import LoaderError
from es_loader.sinks.opensearch import Requests, connect
from laptop import cdk, leash
from laptop.arrivals import MissingError, Samples
from laptop.demo_report import Report, console
from laptop.deployment import Deployment, bootstrap, deploy, synthesis, work_folder
from laptop.downloads import DownloadError
from laptop.emulator import emulator
from laptop.opensearch_node import OpenSearchNode, opensearch_node, server_home
from samples.investigations import INVESTIGATIONS

INTERRUPTED = 130
ENGINE = "OpenSearch 3.7"


def main() -> int:
    """Run the demo and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m laptop.demo", description=__doc__.partition("\n")[0])
    parser.add_argument("--keep", action="store_true", help="leave the servers running until Ctrl-C")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    report = Report(console())
    try:
        return 0 if run(report, keep=arguments.keep) else 1
    except KeyboardInterrupt:
        report.problem("Interrupted. Nothing is left running.")
        return INTERRUPTED
    except (cdk.CdkError, DownloadError, LoaderError, MissingError, leash.StartError) as exc:
        report.problem(str(exc))
        return 1


def run(report: Report, *, keep: bool) -> bool:
    """Do everything and return whether all came out as it must.

    Raises:
        CdkError, DownloadError, LoaderError, MissingError, StartError: it could not be done; the text says why.
    """
    report.title(
        "SIEM on Amazon OpenSearch Service, on this machine",
        "The real stack on an AWS emulator, a real OpenSearch, one day of logs with one attacker in them.",
    )
    server_home()
    cdk.cli_home()
    with ExitStack() as servers:
        node, stack = _deployed(report, servers, servers.enter_context(work_folder()))
        requests = Requests(connect(node.url))
        load(report, stack, requests)
        good = investigate(report, requests)
        report.end(good=good)
        if keep:
            _stay(report, node, stack)
    return good


def _deployed(report: Report, servers: ExitStack, folder: Path) -> tuple[OpenSearchNode, Deployment]:
    report.chapter("Deploy")
    template = servers.enter_context(synthesis(folder))  # goes on while the servers start
    with report.step(f"{ENGINE} started"):
        node = servers.enter_context(opensearch_node())
    with report.step("AWS emulator started"):
        aws = servers.enter_context(emulator(node))
    with report.step("cdk bootstrap"):
        bootstrap(aws, folder)
    with report.step("cdk synth, begun with OpenSearch"):
        template.output()
    with report.step("cdk deploy"):
        stack = deploy(aws, folder)
    return node, stack


def load(report: Report, stack: Deployment, requests: Requests) -> None:
    """Put the samples into the bucket and wait until all of their documents are found.

    Raises:
        MissingError: not all arrive.
    """
    report.chapter("Load")
    with report.step("counted on this machine what must arrive"):
        samples = Samples(stack, requests)
    with report.bar(f"put into {stack.bucket}", samples.objects, "objects") as advance:
        for number in samples.put():
            advance(number)
    with report.bar("found in OpenSearch", samples.documents, "documents") as advance:
        for number in samples.wait():
            advance(number)
    report.arrivals(samples.arrivals.values())


def investigate(report: Report, requests: Requests) -> bool:
    """Ask all questions and return whether all answers are right."""
    found = [
        report.investigation(number, asked, requests.post(f"/{asked.index}/_search", asked.body))
        for number, asked in enumerate(INVESTIGATIONS, 1)
    ]
    return all(found)


def _stay(report: Report, node: OpenSearchNode, stack: Deployment) -> None:
    """Wait for Ctrl-C, which is the way to end well here."""
    settings = " ".join(f"{name}={value}" for name, value in sorted(stack.aws.env.items()) if name.startswith("AWS_"))
    addresses = (
        ("OpenSearch", node.url),
        ("AWS", stack.aws.endpoint_url),
        ("log bucket", stack.bucket),
        ("environment", settings),
    )
    report.servers(addresses)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    sys.exit(main())
