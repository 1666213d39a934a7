"""What a starting function imports: nothing that few objects, or none of an invocation, need."""

import subprocess
import sys

import pytest

from tests.golden import ROOT

FUNCTION = "import es_loader.handler"
PIPELINE = """
import es_loader.enrich, es_loader.events, es_loader.failures, es_loader.objects, es_loader.sinks.bulk
from pathlib import Path
from es_loader.config import load_config
from es_loader.pipeline import Loader
Loader(load_config(Path("config/aws.ini"))).compile_all()
"""
NEVER = {
    *("argparse", "arro3", "boto3", "botocore", "grpc", "maxminddb", "pyexpat", "rich", "ua_parser"),
    *(
        "es_loader.formats.parquet",
        "es_loader.formats.winevtxml",
        "es_loader.formats.xml",
        "es_loader.formats.xml_tree",
    ),
}
BY_THE_CLIENT = {"asyncio", "backports.zstd", "bz2", "email", "lzma", "opensearchpy", "requests", "tempfile", "zipfile"}
"""What the OpenSearch client imports whether it is needed or not; the rest of the loader does without."""


@pytest.mark.parametrize(
    ("code", "heavy"), [(FUNCTION, NEVER), (PIPELINE, NEVER | BY_THE_CLIENT)], ids=["function", "pipeline"]
)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str, heavy: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": "lambda"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not heavy & set(done.stdout.split())
