"""`serve` alone: it carries runs itself, on SQLite and on PostgreSQL, and stops within seconds."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import OnPostgresql
from tests.acceptance.engine.test_workers import ends_well, in_its_middle, stopped_in_time
from tests.support.commands import CommandServer, Seatbridge
from tests.support.fleet import Size, running_fleet


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> tuple[str, CommandServer | None]:
    """A database, and what forks commands on it; on SQLite the interpreter starts each."""
    if request.param == "sqlite":
        return "", None
    on_postgresql: OnPostgresql = request.getfixturevalue("on_postgresql")
    return on_postgresql.copy("one_process"), on_postgresql.commands


def test_a_portal_that_is_asked_to_stop_in_mid_run_goes_on_at_its_next_start(
    tmp_path: Path, place: tuple[str, CommandServer | None]
) -> None:
    database, server = place
    with running_fleet(Size(1, 25, 1), tmp_path, database, server=server, latency_ms="60") as fleet:
        first = fleet.portal()
        in_its_middle(fleet)
        assert stopped_in_time(first)
        ((state, carried_by),) = fleet.ask("SELECT state, carried_by FROM sync_syncrun")
        assert (state, carried_by) == ("applying", "")
        fleet.portal()
        ends_well(fleet)


def test_a_portal_killed_in_mid_run_goes_on_at_once_at_its_next_start(
    tmp_path: Path, commands: CommandServer
) -> None:
    with running_fleet(Size(1, 25, 1), tmp_path, server=commands, latency_ms="60") as fleet:
        first = fleet.portal()
        in_its_middle(fleet)
        first.kill()
        fleet.portal()
        began = len(fleet.writes(0))
        assert fleet.until(lambda: len(fleet.writes(0)) > began, 30) < 15
        ends_well(fleet)


def test_workers_need_postgresql(tmp_path: Path) -> None:
    refused = Seatbridge(tmp_path)("worker")
    assert refused.code == 2
    assert "Workers need PostgreSQL" in refused.err
