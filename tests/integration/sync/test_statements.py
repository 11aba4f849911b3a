"""What a sync asks of the database where there is nothing to do: most syncs of most partners are such."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from seatbridge.ledger.models import LedgerEntry
from seatbridge.sync.fencing import fenced
from seatbridge.sync.models import Decision, LineMemory, PutBack, SyncRun
from seatbridge.sync.putting_back import orders
from seatbridge.sync.starting import Asked
from seatbridge.sync.syncing import sync
from tests.support import story as stories
from tests.support.statements import told_statements
from tests.support.story import ALICE, Settle
from tests.support.story_world import clients
from tests.with_django import SETTINGS


@pytest.fixture
def settle(db: None, tmp_path: Path) -> Settle:
    return partial(stories.settled, settings=SETTINGS, folder=tmp_path)


def test_a_sync_without_changes_costs_no_more_than_it_did(settle: Settle) -> None:
    story = settle(clients(8))
    story.sync()
    with told_statements() as told:
        run = sync(story.integration, Asked(ALICE), story.around())
    assert run.state == SyncRun.State.SUCCEEDED
    assert len(told) <= 62, "\n".join(told)
    of_lines = [sql for sql in told if "sync_linememory" in sql.partition(" WHERE ")[0]]
    assert {sql.partition(" ")[0] for sql in of_lines} == {"SELECT"}
    assert len(of_lines) <= 4


def test_a_decision_that_a_plan_has_stood_by_is_not_touched_again(settle: Settle) -> None:
    story = settle(clients(2))
    key = {"contract_id": 1, "service_id": 501}
    today = story.time.now.date()
    Decision.objects.create(
        integration=story.integration, **key, choice=Decision.Choice.APPROVE, kept=True, until=today,
        decided_on=today, by=ALICE, status="held",
    )  # fmt: skip
    with told_statements() as told:
        story.sync()
    assert not [sql for sql in told if "sync_decision" in sql and not sql.startswith("SELECT")]
    Decision.objects.update(until=today.replace(day=1))
    story.sync()
    assert not Decision.objects.exists()


def test_an_order_that_a_person_releases_at_that_very_instant_ends_once(
    settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = settle(clients(1))
    story.sync()
    line, today = LineMemory.objects.get(), story.time.now.date()
    key, units = (line.contract_id, line.service_id), line.written_units or 0
    PutBack.objects.create(
        integration=story.integration, contract_id=key[0], service_id=key[1], units=units, written=units + 1,
        since=today, until=today, run=SyncRun.objects.latest("pk"), actor=ALICE, ordered_at=story.time.now,
    )  # fmt: skip

    @contextmanager
    def right_after_a_person(run: SyncRun) -> Iterator[None]:
        orders.release_orders(story.integration, [key], ALICE, story.time.now)
        with fenced(run):
            yield

    monkeypatch.setattr(orders, "fenced", right_after_a_person)
    story.sync()
    assert PutBack.objects.get().ended_how == "released"
    assert LedgerEntry.objects.filter(event="put-back.ended").count() == 1
