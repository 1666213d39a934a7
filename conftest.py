"""Options of the test suite, and its rule that nothing is skipped."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --regen, which writes the expected documents of the golden pairs anew."""
    parser.addoption("--regen", action="store_true", help="write the golden pairs' expected documents anew")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which a test was skipped: what cannot run here is a defect of the setup, not a detail."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
