"""What an index costs, beside the shape of AWS's sample: bytes, which are the same in every run."""

import time

import pytest

from benchmarks.index_size import MOST_BYTES, measure
from benchmarks.sample_shape import SHAPES
from domain_setup.setup import run as set_up
from es_loader.config import load_deployed_config
from es_loader.sinks.opensearch import Requests, connect

RECORDS = 4_000


@pytest.mark.parametrize("log_type", sorted(SHAPES))
def test_a_record_takes_a_third_of_the_bytes(opensearch_url: str, log_type: str) -> None:
    set_up(endpoint=opensearch_url, config=load_deployed_config())
    figure = measure(Requests(connect(opensearch_url)), time.monotonic, log_type, RECORDS, rounds=(0, 1))
    assert figure.sample is not None
    assert figure.ours.refused == 0
    assert figure.ours.bytes <= figure.sample.bytes * MOST_BYTES
