"""Measure everything and write benchmarks/results.md: `python -m benchmarks`, or `make bench`."""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.throughput import TARGETS, Figure, log_types

RESULTS = Path(__file__).with_name("results.md")


def main() -> int:
    """Print and write the figures; 1 if one of them misses what this version promises."""
    figures = [_in_a_process_of_its_own(name) for name in log_types()]
    for figure in figures:
        print(f"{figure.log_type:<14} {figure.rate:>10,.0f} records/s")
    memory = json.loads(_python("-m", "benchmarks.memory"))
    print(f"1 GB of flow logs in one object: {memory['peak_rss_mb']} MB at most, {memory['seconds']} s")
    RESULTS.write_text(page(figures, memory), encoding="utf-8")
    slow = [figure.log_type for figure in figures if figure.rate < TARGETS.get(figure.log_type, 0)]
    too_much = memory["peak_rss_mb"] > memory["limit_mb"]
    return int(bool(slow) or too_much)


def _in_a_process_of_its_own(name: str) -> Figure:
    code = "import json, sys, dataclasses; from benchmarks.throughput import measure; "
    code += f"print(json.dumps(dataclasses.asdict(measure({name!r}))))"
    return Figure(**json.loads(_python("-c", code)))


def _python(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def _promise(log_type: str) -> str:
    return f"{TARGETS[log_type]:,}" if log_type in TARGETS else ""


def page(figures: list[Figure], memory: dict[str, float]) -> str:
    """Return the page of results."""
    rows = [
        f"| {figure.log_type} | {figure.rate:,.0f} | {figure.slowest:,.0f}-{figure.fastest:,.0f} "
        f"| {_promise(figure.log_type)} | {figure.bytes_out / figure.records:,.0f} |"
        for figure in figures
    ]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    peak = f"{memory['peak_rss_mb']} MB at most (promised: {memory['limit_mb']} MB)"
    day = datetime.now(UTC).date().isoformat()
    return "\n".join(
        [
            "# Results",
            "",
            f"Written by `make bench` on {day}: {machine}.",
            "",
            "Records a second of one core, from the compressed object to the compressed bulk request, user agents",
            "included: median and range of five rounds, in CPU time of the whole process.",
            "",
            "| log type | records/s | range | promised | bytes sent a record |",
            "| --- | ---: | ---: | ---: | ---: |",
            *rows,
            "",
            "Memory of the handler while it loads 1 GB of VPC flow logs from one gzip object:",
            f"{peak}, {memory['records']:,} records in {memory['seconds']:.0f} s.",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
