"""docs/searching.md: each of its searches finds in the samples what the page says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain_setup.features import Feature
from domain_setup.plan import plan
from domain_setup.setup import apply
from es_loader.cli import main
from es_loader.failures import rejected_document
from es_loader.sinks.bulk import BulkSink
from es_loader.sinks.opensearch import Requests, bulk, connect
from tests.golden import ROOT, builtin_config

PAGE = (ROOT / "docs" / "searching.md").read_text()
ROW = re.compile(r"^\| (?P<question>[^|]+) \| `(?P<query>[^`]+)` \| (?P<found>[\d,]+) \|$", re.MULTILINE)
TABLE_ROWS = re.compile(r"^\|(?! ?(?:question|---)).*$", re.MULTILINE)
SEARCH = re.compile(
    r"^```json (?P<index>\S+)\n(?P<body>.+?)^```\n```answer\n(?P<answer>.+?)^```$", re.MULTILINE | re.DOTALL
)
HOME = "searching-"
"""Before the names of this module's indices, instead of `log-`: other tests load other logs at the same time."""


def own(name: str) -> str:
    return name.replace("log-", HOME, 1)


@pytest.fixture(scope="module")
def samples(opensearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Requests]:
    """Load the samples as the page says, into indices of this module with the templates of those of the page."""
    client = connect(opensearch_url)
    requests = Requests(client)
    wanted = {
        own(path): {
            **body,
            **({"index_patterns": list(map(own, body["index_patterns"]))} if "index_patterns" in body else {}),
        }
        for path, body in plan(builtin_config(), frozenset[Feature]()).items()
    }
    apply(requests, wanted)
    file: Path = tmp_path_factory.mktemp("samples") / "documents.ndjson"
    assert main(["load", str(ROOT / "samples" / "logs"), "--to", f"ndjson:{file}", "--quiet"]) == 0
    failed: list[str] = []
    with BulkSink(bulk(client), replace=rejected_document, on_failed=lambda _ref, why: failed.append(why)) as sink:
        for item in map(json.loads, file.read_text().splitlines()):
            sink.add(own(item["_index"]), item["_id"], json.dumps(item["_source"]).encode(), None)
    assert (failed, sink.counters.rejected) == ([], 0)
    requests.post(f"/{HOME}*/_refresh")
    yield requests
    client.indices.delete(index=f"{HOME}*")
    client.indices.delete_index_template(name=f"{HOME}*")


def test_every_table_row_is_a_search_with_its_number() -> None:
    assert len(ROW.findall(PAGE)) == len(TABLE_ROWS.findall(PAGE)) >= 25


@pytest.mark.parametrize(("question", "query", "found"), ROW.findall(PAGE))
def test_a_query_finds_what_the_page_says(samples: Requests, question: str, query: str, found: str) -> None:
    body = {"query": {"query_string": {"query": query}}, "track_total_hits": True, "size": 0}
    answer = samples.post(f"/{HOME}*/_search", body)
    assert answer["_shards"]["failed"] == 0
    assert answer["hits"]["total"]["value"] == int(found.replace(",", "")), question


@pytest.mark.parametrize(("index", "body", "answer"), SEARCH.findall(PAGE))
def test_a_count_gives_what_the_page_says(samples: Requests, index: str, body: str, answer: str) -> None:
    ((aggregation,),) = (
        found["aggregations"].values() for found in [samples.post(f"/{own(index)}/_search", json.loads(body))]
    )
    assert [list(cells(bucket)) for bucket in aggregation["buckets"]] == [line.split() for line in answer.splitlines()]


def cells(bucket: dict[str, Any]) -> Iterator[str]:
    """Yield a bucket as the page shows it: key, documents, then name and value of what was computed."""
    yield str(bucket.get("key_as_string", bucket["key"]))
    yield str(bucket["doc_count"])
    for name, value in bucket.items():
        if isinstance(value, dict):
            yield from (name, f"{value['value']:.0f}")


def test_the_search_with_curl_finds_something(samples: Requests) -> None:
    (body,) = re.findall(r"_search -d '(\{.*\})'", PAGE)
    assert samples.post(f"/{HOME}*/_search", json.loads(body))["hits"]["hits"]
