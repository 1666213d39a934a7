"""The stack, really deployed on the emulator, and what can be done with it then.

    with synthesis(folder) as run, opensearch_node() as node, emulator(node) as aws:
        bootstrap(aws, folder)
        run.output()
        stack = deploy(aws, folder)
        stack.put("AWSLogs/…", body)

Synthesis needs no AWS: it can go on while the servers start.
"""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3

from laptop.cdk import Run, cdk, running_cdk
from laptop.demo_settings import SETTINGS, arguments
from laptop.emulator import ACCOUNT, REGION, Emulator

ROOT = Path(__file__).parents[1]
STACK = "aes-siem"
BOOTSTRAP_SECONDS = 120.0
DEPLOY_SECONDS = 300.0
LOG_LINES = 20

_WAITING = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
_INVOCATION_LINES = ("START ", "END ", "REPORT ")


@dataclass(frozen=True, slots=True)
class Deployment:
    """A stack that is there.

    Attributes:
        aws: where it is.
        outputs: of the stack, by their names in siem_stack/stack.py.
    """

    aws: Emulator
    outputs: Mapping[str, str]

    @property
    def bucket(self) -> str:
        """Name of the log bucket."""
        return self.outputs["LogBucket"]

    def client(self, service: str) -> Any:
        """Return a boto3 client of the emulator."""
        return _client(service, self.aws.endpoint_url, self.aws.env["AWS_ACCESS_KEY_ID"])

    def put(self, key: str, body: bytes) -> None:
        """Put an object into the log bucket."""
        self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body)

    def waiting(self, queue: str) -> int:
        """Return how many messages wait, or are worked on, in the queue that an output names."""
        found = self.client("sqs").get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=_WAITING)
        return sum(map(int, found["Attributes"].values()))

    def loader_log(self) -> list[str]:
        """Return what the loader wrote so far, without what Lambda writes about invocations."""
        pages = self.client("logs").get_paginator("filter_log_events")
        name = f"/aws/lambda/{self.outputs['LoaderFunction']}"
        lines = (event["message"].strip() for page in pages.paginate(logGroupName=name) for event in page["events"])
        return [line for line in lines if not line.startswith(_INVOCATION_LINES)]

    def log_tail(self) -> str:
        """Return the last lines of the loader's log."""
        return "\n".join(self.loader_log()[-LOG_LINES:]) or "(empty)"


@contextmanager
def work_folder() -> Iterator[Path]:
    """Give a temporary folder to synthesis and deployment; all that they write goes with it."""
    with tempfile.TemporaryDirectory(prefix="siem-deployment-", ignore_cleanup_errors=True) as name:
        folder = Path(name).resolve()
        (folder / "tmp").mkdir()
        yield folder


@contextmanager
def synthesis(folder: Path, settings: Mapping[str, str] = SETTINGS) -> Iterator[Run]:
    """Start to synthesise the stack into a work folder; its `output` waits for that.

    Args:
        folder: see work_folder.
        settings: at other values than their defaults.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    # The command line tells the app a region, and would look for it in the user's own configuration.
    env = {**kept, "AWS_REGION": REGION, "CDK_HOME": str(folder / "cdk"), "TMPDIR": str(folder / "tmp")}
    with running_cdk(
        "synth", "--quiet", "--output", _assembly(folder), *arguments(settings), env=env, cwd=ROOT, capture=True
    ) as run:
        yield run


def bootstrap(aws: Emulator, folder: Path) -> None:
    """Bring what CDK needs in an account; nothing happens if it is there.

    Raises:
        CdkError: it cannot be brought.
    """
    env = _environment(aws, folder)
    cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}", env=env, cwd=folder, capture=True, timeout=BOOTSTRAP_SECONDS)


def deploy(aws: Emulator, folder: Path) -> Deployment:
    """Deploy what was synthesised.

    Raises:
        CdkError: the deployment failed; the text has what CloudFormation said.
    """
    outputs = folder / "outputs.json"
    arguments = ("--app", _assembly(folder), "--require-approval", "never", "--outputs-file", str(outputs))
    cdk("deploy", *arguments, env=_environment(aws, folder), cwd=ROOT, capture=True, timeout=DEPLOY_SECONDS)
    return Deployment(aws, json.loads(outputs.read_text())[STACK])


def _assembly(folder: Path) -> str:
    return str(folder / "cdk.out")


def _environment(aws: Emulator, folder: Path) -> dict[str, str]:
    return {**aws.environment(), "TMPDIR": str(folder / "tmp")}


@cache
def _client(service: str, endpoint_url: str, access_key: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]  # any service
        endpoint_url=endpoint_url,
        region_name=REGION,
        aws_access_key_id=access_key,
        aws_secret_access_key="emulator",  # noqa: S106 - it takes any
    )
