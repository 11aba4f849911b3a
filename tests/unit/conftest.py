"""Two cores; and how often a property is tried: a few times in every run, often in `make test`."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.halves import Halves

settings.register_profile("quick", max_examples=5, deadline=None)
settings.register_profile("often", max_examples=200, deadline=None)
# pytest's --hypothesis-profile is read after this.
settings.load_profile("quick")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Halves(Path(__file__).parent), "halves")
