"""What is measured of the handler's memory comes as one line, which the page is made of."""

import json
import subprocess
import sys

from tests.golden import ROOT


def test_the_figures_are_all_that_is_printed() -> None:
    ours = b"x" * (300 << 20)  # what the process that starts it needs is none of the function's
    done = subprocess.run(
        [sys.executable, "-c", "from benchmarks.memory import main; main(1 << 20)"],
        cwd=ROOT,
        env={"PYTHONPATH": "lambda:."},
        check=True,
        capture_output=True,
        text=True,
    )
    figures = json.loads(done.stdout)
    assert figures["records"] > 1_000
    assert 0 < figures["peak_rss_mb"] <= figures["limit_mb"] < len(ours) >> 20
