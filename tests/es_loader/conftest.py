"""What tests of log types share."""

import pytest

from es_loader.pipeline import Loader
from tests.golden import custom_loader


@pytest.fixture(scope="module")
def loader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Loader:
    """A loader of the built-in log types, and of those of the module's USER_INI if it has one."""
    return custom_loader(tmp_path_factory.mktemp("ini"), getattr(request.module, "USER_INI", ""))
