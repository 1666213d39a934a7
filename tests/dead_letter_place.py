"""A bucket of logs, a bucket of dead letters, an index, and a function between them, for tests of what is given up."""

import gzip
import json
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import boto3

from es_loader.config import load_deployed_config
from es_loader.dead_letters import Letter, s3_store, unpacked
from es_loader.function import Function
from es_loader.objects import open_object
from es_loader.pipeline import Loader
from es_loader.sinks.opensearch import bulk, connect
from laptop.emulator import REGION, Emulator

NOW = 1_900_000_000_000
BUCKET = "dead-test-log"
LETTERS = "dead-test-dead-letters"
USER_INI = r"""
[deadtest]
s3_key = DeadTest/
file_format = json
index_name = {index}
index_rotation = auto
timestamp_key = time
timestamp_format = iso8601
keep_original = true
ecs = event.action event.severity
event.action = action
event.severity = severity
"""


def client(emulator: Emulator, service: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]  # any service
        endpoint_url=emulator.endpoint_url,
        region_name=REGION,
        aws_access_key_id=emulator.env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key="emulator",
    )


class Place:
    """All of it. Until `mend`, the index takes nothing of the time `IMPOSSIBLE`, in whatever document."""

    IMPOSSIBLE: ClassVar[str] = "2030-01-02T03:04:05.000123Z"

    def __init__(self, s3: Any, url: str, user_ini: Path) -> None:
        self.s3 = s3
        self.url = url
        self.emitted: list[dict[str, Any]] = []
        self.user_ini = user_ini
        self.index = f"log-dead-{uuid4().hex}"
        self.search = connect(url)
        self.search.indices.create(index=self.index, body=_mappings({"type": "date", "format": MILLISECONDS}))
        user_ini.write_text(USER_INI.format(index=self.index))
        self.loader = Loader(load_deployed_config(user_ini))
        self.function = self.function_at(url, letters=LETTERS)

    def function_at(self, url: str, *, letters: str | None = None) -> Function:
        return Function(
            self.loader,
            post=bulk(connect(url)),
            open_object=lambda ref: open_object(ref, s3=self.s3),
            store=s3_store(lambda: self.s3, letters) if letters else None,
            emit=lambda line: self.emitted.append(json.loads(line)),
        )

    def put(self, *records: dict[str, Any] | bytes, cut: int | None = None, key: str = "") -> tuple[str, str]:
        """Put an object and return its key and version."""
        key = key or f"DeadTest/{uuid4().hex}.gz"
        lines = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in records]
        put = self.s3.put_object(Bucket=BUCKET, Key=key, Body=gzip.compress(b"\n".join(lines))[:cut])
        return key, put["VersionId"]

    def load(self, *records: dict[str, Any] | bytes, cut: int | None = None) -> str:
        """Put an object, let the function load it, return its key."""
        key, version = self.put(*records, cut=cut)
        assert answer(self.function, queued(notification(key, version))) == []
        return key

    def mend(self) -> None:
        """Make the index anew, and empty, so that it takes any time."""
        self.search.indices.delete(index=self.index)
        self.search.indices.create(index=self.index, body=_mappings({"type": "date"}))

    def documents(self) -> list[dict[str, Any]]:
        self.search.indices.refresh(index=self.index)
        found = self.search.search(index=self.index, body={"size": 10_000})
        return [hit["_source"] for hit in found["hits"]["hits"]]

    def severities(self) -> list[int]:
        return sorted(one["event"]["severity"] for one in self.documents() if "severity" in one["event"])

    def paths(self, folder: str = "waiting") -> list[str]:
        found = self.s3.list_objects_v2(Bucket=LETTERS, Prefix=f"{folder}/")
        return [item["Key"] for item in found.get("Contents", ())]

    def letters(self, folder: str = "waiting") -> list[Letter]:
        bodies = (self.s3.get_object(Bucket=LETTERS, Key=path)["Body"].read() for path in self.paths(folder))
        return [letter for body in bodies for letter in unpacked(body)]

    def clear(self) -> None:
        self.search.indices.delete(index=self.index)
        for path in (*self.paths(), *self.paths("replayed")):
            self.s3.delete_object(Bucket=LETTERS, Key=path)


MILLISECONDS = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"


def _mappings(timestamp: dict[str, str]) -> dict[str, Any]:
    severity = {"properties": {"severity": {"type": "long"}}}
    return {"mappings": {"dynamic": False, "properties": {"@timestamp": timestamp, "event": severity}}}


def record(number: int, **more: Any) -> dict[str, Any]:
    return {"time": "2030-01-02T03:04:05Z", "action": "a", "severity": number, **more}


def notification(key: str, version: str | None = None) -> dict[str, Any]:
    stored = {"key": key, **({"versionId": version} if version else {})}
    return {
        "Records": [
            {
                "eventName": "ObjectCreated:Put",
                "eventTime": "2030-01-02T03:05:00.000Z",
                "s3": {"bucket": {"name": BUCKET}, "object": stored},
            }
        ]
    }


def queued(*bodies: dict[str, Any]) -> dict[str, Any]:
    return {"Records": [{"messageId": f"m{number}", "body": json.dumps(body)} for number, body in enumerate(bodies)]}


def answer(function: Function, event: dict[str, Any]) -> list[str]:
    return [one["itemIdentifier"] for one in function.answer(event, now=NOW)["batchItemFailures"]]
