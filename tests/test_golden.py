"""Every golden pair holds; `--regen` writes the expected documents anew, to be read before they are committed."""

import pytest

from es_loader.enrich import enrichers
from es_loader.golden import GoldenPair
from es_loader.pipeline import Loader
from tests.golden import builtin_config, cases, load_bytes


@pytest.fixture(scope="session")
def loader() -> Loader:
    return Loader(builtin_config(), enrichers=enrichers)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_log_gives_the_expected_documents(case: GoldenPair, loader: Loader, request: pytest.FixtureRequest) -> None:
    documents, report = load_bytes(loader, case.log.read_bytes(), case.key)
    assert report.log_type == case.log_type
    assert report.records == len(documents) + sum(report.excluded.values()) - (report.error is not None)
    if request.config.getoption("--regen"):
        case.write(documents)
    assert documents == case.documents()
