"""What a plan promises is what BMS invoices, to the cent: over real sockets, days moved from outside."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from seatbridge.integrations.changing_rules import change_rules
from seatbridge.integrations.opening import open_bms_for
from seatbridge.kit.clock import Clock
from seatbridge.kit.hosts import HostList
from seatbridge.sync.shown.show import show_run
from seatbridge.sync.starting import Asked
from seatbridge.sync.syncing import Surroundings, sync
from tests.acceptance.story.dated_cases import CASES, Case, InvoiceLine
from tests.support.bms_process import BmsProcess, running_bms
from tests.support.story import ALICE, HOST, Settle, Story, confirm
from tests.support.story_world import Client, world_of

CENT = Decimal("0.01")
BEFORE = 20


@pytest.fixture(scope="module")
def bms() -> Iterator[BmsProcess]:
    with running_bms() as process:
        yield process


class Told:
    """One case begun: Northwind's 20 users stand on its contract, and the first run is approved."""

    def __init__(self, case: Case, begin: Settle, bms: BmsProcess, folder: Path) -> None:
        self.case, self.bms, self.folder = case, bms, folder
        line = {"unit_price": case.price}
        cast = [Client("northwind", {"standard": BEFORE}, contract=case.contract, line=line)]
        days = {f"{kind}_posts_on": day for kind, day in case.posts_on.items()}
        self.story: Story = begin(cast, today=case.today, calendar=days)
        posting = {f"{kind}_day": day for kind, day in case.posts_on.items()}
        bms.load(world_of(cast, case.today, posting=posting))
        confirm(self.story, cast)
        change_rules(self.story.integration, {"effective_dates": case.policy}, ALICE, self.story.time.now)
        assert self.sync(BEFORE)["status"] == "no-change"

    def sync(self, users: int) -> dict[str, Any]:
        """Northwind's line after a sync over HTTP with this count, by a clock pinned to the story's day."""
        story = self.story
        story.count("northwind", standard=users)
        clock = Clock(billing_offset=story.time.now - datetime.now(UTC))
        settings = replace(story.settings, psa_hosts=HostList({HOST: self.bms.url}))
        around = Surroundings(
            clock=clock,
            open_bms=lambda integration: open_bms_for(integration, settings, clock),
            lock_folder=self.folder,
            settle=timedelta(seconds=0.05),  # BMS shows at once what was written
        )
        run = sync(story.integration, Asked(actor=ALICE, approve=True), around)
        story.integration.refresh_from_db()
        (line,) = [row for row in show_run(run)["lines"] if row["product"] == "standard"]
        return dict(line)

    def day(self, on: date) -> None:
        self.bms.ask("POST", "date", {"date": on.isoformat()})
        self.story.time.set(on)

    def invoiced(self) -> tuple[InvoiceLine, ...]:
        return tuple(
            (
                date.fromisoformat(line["value_date"]),
                int(line["qty"]),
                Decimal(str(line["total_price"])).quantize(CENT),
                line["kind"],
            )
            for invoice in self.bms.ask("GET", "invoices")
            for line in invoice["lines"]
        )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_day_and_the_proration_are_those_of_the_invoices(
    case: Case, begin: Settle, bms: BmsProcess, tmp_path: Path
) -> None:
    told = Told(case, begin, bms, tmp_path)
    line = told.sync(case.after)
    assert (line["status"], line["effective_date"]) == (case.status, case.effective.isoformat())
    assert line["proration"] == case.proration
    if case.status == "planned":
        told.day(case.effective)
        assert told.sync(case.after)["status"] == "synced"
    told.day(case.until)
    made = told.invoiced()
    assert made == case.invoiced
    assert prorated_on(made) == Decimal(line["proration"] or 0)
    # Every whole period from the promised day on carries the new units, every one before it the old ones.
    for first_day, units, _, kind in made:
        if kind == "full":
            assert units == (line["units_after"] if first_day >= case.effective else line["units_before"])


def prorated_on(lines: tuple[InvoiceLine, ...]) -> Decimal:
    return sum((total for *_, total, kind in lines if kind == "proration"), Decimal(0))


def test_the_cases_cover_every_cycle_issued_at_both_ends_rising_and_falling() -> None:
    kinds = {
        (case.contract["billing_cycle"], case.contract["issue_on"], case.after > BEFORE) for case in CASES
    }
    assert len(kinds) == 4 * 2 * 2
    assert {case.contract.get("fiscal", True) for case in CASES} == {True, False}
    assert len({case.name for case in CASES}) == len(CASES) >= 24
