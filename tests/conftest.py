"""What every tier shares. Django is set up by `tests.with_django`, which the unit tier never imports."""

import gc
import os
import sys

import pytest

# Before any tier's own conftest is read, and once: workers of xdist find the address in the environment.
if "--database=postgresql" in sys.argv and "PYTEST_XDIST_WORKER" not in os.environ:
    from tests import postgresql

    os.environ[postgresql.ADDRESS] = postgresql.start()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="what the integration and acceptance tiers run on; write it as --database=postgresql",
    )


def pytest_collection_finish() -> None:
    gc.freeze()  # what is here stays to the end; a sixth of the time went into looking through it


def pytest_unconfigure() -> None:
    if "tests.postgresql" in sys.modules:
        sys.modules["tests.postgresql"].stop_all()
