"""Two cores for a tier that only computes: its process doubles, and each of the two runs every other test.

Workers of xdist would each import and collect everything again, which takes longer than these tests do.
"""

import os
from collections.abc import Generator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

import pytest

ENOUGH = 200  # fewer tests take no longer than a second process does to start
ONE_PROCESS = ("collectonly", "maxfail", "numprocesses", "usepdb", "setupshow", "setupplan")


class _Told:
    """What the second process has to say of its tests."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.reports: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        hook = self.config.hook
        self.reports.append(hook.pytest_report_to_serializable(config=self.config, report=report))


class Halves:
    """`folder`: only a run of nothing but its tests is halved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        if not self._pays(session):
            return (yield)
        session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  # one for both
        items, (here, there) = session.items, Pipe(duplex=False)
        second = os.fork()
        if not second:
            yield from _run_second(session, items[1::2], there)
        there.close()
        try:
            session.items = items[::2]
            result = yield
            _take_over(session, here)
        finally:
            session.items = items
            os.waitpid(second, 0)
        return result

    def _pays(self, session: pytest.Session) -> bool:
        option = session.config.option
        return (
            len(os.sched_getaffinity(0)) > 1
            and len(session.items) >= ENOUGH
            and all(self.folder in item.path.parents for item in session.items)
            and not any(getattr(option, name, None) for name in ONE_PROCESS)
            and option.capture != "no"
            and not hasattr(session.config, "workerinput")
        )


def _run_second(
    session: pytest.Session, items: list[pytest.Item], to_first: Connection
) -> Generator[None, object, NoReturn]:
    told = _Told(session.config)
    manager = session.config.pluginmanager
    manager.unregister(name="terminalreporter")
    manager.register(told)
    session.items = items
    try:
        yield
        to_first.send(told.reports)
    finally:
        os._exit(0)


def _take_over(session: pytest.Session, from_second: Connection) -> None:
    hook = session.config.hook
    try:
        told = from_second.recv()
    except EOFError:
        raise pytest.UsageError("The process that ran the other half of the tests died.") from None
    for data in told:
        report = hook.pytest_report_from_serializable(config=session.config, data=data)
        hook.pytest_runtest_logreport(report=report)
