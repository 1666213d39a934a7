"""Writes docs/settings.md, and all settings with their defaults into cdk.json."""

import json
from pathlib import Path

from siem_stack.settings.declared import PREFIX, defaults, rows
from siem_stack.settings.page import page

ROOT = Path(__file__).resolve().parents[2]
CDK_JSON = ROOT / "cdk.json"
PAGE = ROOT / "docs" / "settings.md"


def main() -> None:
    """Write both files, and print their paths."""
    PAGE.write_text(page(rows()), encoding="utf-8")
    app = json.loads(CDK_JSON.read_text(encoding="utf-8"))
    others = {name: value for name, value in app["context"].items() if not name.startswith(PREFIX)}
    app["context"] = defaults() | others
    CDK_JSON.write_text(json.dumps(app, indent=2) + "\n", encoding="utf-8")
    print(PAGE, CDK_JSON, sep="\n")  # noqa: T201


if __name__ == "__main__":
    main()
