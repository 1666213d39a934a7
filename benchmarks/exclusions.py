"""What rules that exclude records cost for each VPC flow record: `python -m benchmarks.exclusions`."""

import json
import statistics
import sys
import time

from benchmarks.logs import FLOW_KEY, flow_object
from benchmarks.throughput import load_once
from es_loader.config import load_deployed_config
from es_loader.declarations import Config
from es_loader.enrich import enrichers
from es_loader.exclusions import Exclusions
from es_loader.exclusions.conditions import PATH, read_conditions
from es_loader.exclusions.patterns import read_patterns
from es_loader.pipeline import Loader

RECORDS, ROUNDS = 20_000, 5
LOG_TYPE = "vpcflowlogs"
ADDRESSES = [f"1.1.{number // 250}.{number % 250}" for number in range(1000)]
CONDITION = "source.ip == '1.1.1.1' && destination.port == `22`"


def _patterns(config: Config, kind: str, patterns: list[str]) -> Exclusions:
    lines = ["log_type,field,pattern,pattern_type", *(f"{LOG_TYPE},srcaddr,{pattern},{kind}" for pattern in patterns)]
    rows, _ = read_patterns("\n".join(lines).encode(), "patterns.csv", config.log_types)
    return Exclusions(patterns={LOG_TYPE: tuple(row.pattern for row in rows)})


def rules(config: Config) -> dict[str, Exclusions]:
    """Return what is measured: rules that no record matches, so that all are asked."""
    value = json.dumps({"action": "EXCLUDE", "expression": CONDITION})
    return {
        "none": Exclusions(),
        "1 text": _patterns(config, "text", ADDRESSES[:1]),
        "1,000 texts": _patterns(config, "text", ADDRESSES),
        "1 expression": _patterns(config, "regex", [r"1\.1\.1\..*"]),
        "10 expressions": _patterns(config, "regex", [rf"1\.1\.{number}\..*" for number in range(10)]),
        "1 condition": Exclusions(conditions=read_conditions({f"{PATH}/{LOG_TYPE}/a": value})[0]),
    }


def main() -> int:
    """Print microseconds a record, measured in turns."""
    config, content = load_deployed_config(), flow_object(RECORDS)
    loaders = {name: Loader(config, enrichers=enrichers, exclusions=each) for name, each in rules(config).items()}
    seconds: dict[str, list[float]] = {name: [] for name in loaders}
    for _ in range(ROUNDS + 1):
        for name, loader in loaders.items():
            started = time.process_time()
            load_once(loader, content, FLOW_KEY)
            seconds[name].append((time.process_time() - started) / RECORDS)
    for name, each in seconds.items():
        print(f"{name:<16} {statistics.median(each[1:]) * 1e6:6.1f} µs a record")
    return 0


if __name__ == "__main__":
    sys.exit(main())
