"""`serve` alone: it carries runs itself, on SQLite and on PostgreSQL, and stops within seconds."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import postgresql
from tests.acceptance.engine.test_workers import ends_well, in_its_middle, stopped_in_time
from tests.support.commands import Seatbridge
from tests.support.fleet import Size, running_fleet


def no_url() -> str:
    return ""


def postgresql_url() -> str:
    return postgresql.new_database(postgresql.start(), f"one_process_{os.getpid()}")


@pytest.mark.parametrize("database", [no_url, postgresql_url], ids=["sqlite", "postgresql"])
def test_a_portal_that_is_asked_to_stop_in_mid_run_goes_on_at_its_next_start(
    tmp_path: Path, database: Callable[[], str]
) -> None:
    with running_fleet(Size(1, 25, 1), tmp_path, database(), latency_ms="60") as fleet:
        first = fleet.portal()
        in_its_middle(fleet)
        assert stopped_in_time(first)
        ((state, carried_by),) = fleet.ask("SELECT state, carried_by FROM sync_syncrun")
        assert (state, carried_by) == ("applying", "")
        fleet.portal()
        ends_well(fleet)


def test_a_portal_killed_in_mid_run_goes_on_at_once_at_its_next_start(tmp_path: Path) -> None:
    with running_fleet(Size(1, 25, 1), tmp_path, latency_ms="60") as fleet:
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
