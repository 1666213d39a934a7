"""Peak memory of the handler while it loads 1 GB of flow logs from one gzip object.

python -m benchmarks.memory    in a process of its own, so that nothing else counts
"""

import gc
import json
import tempfile
import time
from pathlib import Path

from isal import igzip

from benchmarks.logs import FLOW_KEY, write_flow_object
from benchmarks.peak_memory import peak_mb
from es_loader.config import load_deployed_config
from es_loader.enrich import enrichers
from es_loader.function import Function
from es_loader.objects import open_object
from es_loader.pipeline import Loader
from es_loader.sinks.delivery import Reply
from es_loader.types import ObjectRef

SIZE = 1 << 30
LIMIT_MB = 250


def main(size: int = SIZE) -> None:
    """Print peak RSS in MB, records and seconds as one line of JSON; `size` is that of the log in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flow.log.gz"
        records = _write(path, size)
        loader = Loader(load_deployed_config(), enrichers=enrichers)
        loader.compile_all()
        gc.freeze()
        function = Function(
            loader, post=_post, open_object=lambda ref: open_object(_local(ref, path)), emit=lambda _metrics: None
        )
        started = time.monotonic()
        answer = function.answer(_event(path), now=1_893_553_200_000)
        seconds = time.monotonic() - started
    assert answer == {"batchItemFailures": []}, answer
    figures = {"peak_rss_mb": peak_mb(), "limit_mb": LIMIT_MB, "records": records, "seconds": round(seconds, 1)}
    print(json.dumps(figures))


def _write(path: Path, size: int) -> int:
    """Write the object in a child, whose memory does not count."""
    import multiprocessing  # noqa: PLC0415 - only here

    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(write_flow_object, (path, size))


def _local(ref: ObjectRef, path: Path) -> ObjectRef:
    return ObjectRef(ref.bucket, ref.key, ref.event_time, path=str(path))


def _post(request: bytes, _seconds: float) -> Reply:
    igzip.compress(request, 1)
    return Reply(200)


def _event(path: Path) -> dict[str, object]:
    notification = {
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "eventTime": "2030-01-02T03:00:00.000Z",
        "s3": {"bucket": {"name": "benchmark"}, "object": {"key": FLOW_KEY, "size": path.stat().st_size}},
    }
    body = json.dumps({"Records": [notification]})
    return {"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": body, "attributes": {}}]}


if __name__ == "__main__":
    main()
