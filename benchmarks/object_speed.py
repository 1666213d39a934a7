"""Bytes of objects, as they lie in S3, that one core loads a second: `python -m benchmarks.object_speed`.

Written to lambda/es_loader/object_speed.json, from which `es-loader backfill` tells what a backfill takes. A log type's
records a second come from large objects, see throughput.py; bytes a record are those of the sample logs, packed as the
service packs them.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from benchmarks import throughput
from es_loader.config import load_deployed_config
from es_loader.golden import load
from es_loader.pipeline import Loader
from es_loader.types import ObjectRef

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples" / "logs"
RESULT = ROOT / "lambda" / "es_loader" / "object_speed.json"


def bytes_a_record() -> dict[str, float]:
    """Return the size of a record in the sample objects, by log type."""
    loader = Loader(load_deployed_config())
    size: Counter[str] = Counter()
    records: Counter[str] = Counter()
    for path in (path for path in SAMPLES.rglob("*") if path.is_file()):
        key = path.relative_to(SAMPLES).as_posix()
        _, report = load(loader, ObjectRef("samples", key, 1_893_553_200_000, path=str(path)))
        if report.log_type:
            size[report.log_type] += path.stat().st_size
            records[report.log_type] += report.records
    return {name: size[name] / count for name, count in records.items() if count}


def main() -> int:
    """Measure all log types and write the table."""
    sizes = bytes_a_record()
    speeds = {}
    for name in throughput.log_types():
        speeds[name] = round(throughput.measure(name).rate * sizes[name])
        print(f"{name:<20} {speeds[name]:>12,} bytes/s")
    RESULT.write_text(json.dumps(speeds, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
