"""A BMS that ignores, doubles or delays one write in a hundred, on contracts whose other lines move nightly.

Each such write is found by the contract's total alone, named with both sums, and never called synced. No
other contract is stopped by it, until it is the third in a run, or the same telling factor comes twice.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

import httpx
import pytest

from bms_simulator.lines import terms_on
from seatbridge.integrations.switching import enable
from seatbridge.ledger.models import LedgerEntry
from seatbridge.sync.models import Write
from tests.in_process import transport_to
from tests.support.story import ALICE, Ran, Settle, Story, confirm
from tests.support.story_world import AGENTS, clients

CONTRACTS, OTHERS, EVERY = 310, 8, 100
UNITS = 1000  # so many that hundreds of companies may each gain a user, and no limit of the run minds
IGNORES, DOUBLES, DELAYS, TOO_LATE = "ignores", "doubles", "delays", "shows too late"
MOVED = {IGNORES: "0.00", DOUBLES: "10.00", TOO_LATE: "0.00"}  # in place of 5.00


@dataclass(slots=True)
class Faulty:
    """Every hundredth write goes wrong; `kinds` says how, one after the other."""

    story: Story
    kinds: list[str] = field(default_factory=list)
    sent: int = 0
    hit: dict[int, str] = field(default_factory=dict)  # contract -> what became of its write
    due: list[tuple[datetime, int, int]] = field(default_factory=list)  # when, line, units: shown only then

    def begin(self, *kinds: str) -> None:
        self.kinds, self.sent, self.hit = list(kinds), 0, {}

    def answer(self, request: httpx.Request) -> httpx.Response:
        self._show_what_is_due()
        path = request.url.path
        is_write = "/recurringservices/" in path and path.endswith("/services")
        self.sent += is_write
        if not is_write or self.sent % EVERY:
            return transport_to(self.story.bms).handle_request(request)
        contract_id = int(path.split("/")[-2])
        before = self.units(line_of(contract_id))
        answered = transport_to(self.story.bms).handle_request(request)
        self._spoil(contract_id, before, after=json.loads(request.content)[0]["Units"])
        return answered

    def _spoil(self, contract_id: int, before: int, *, after: int) -> None:
        kind = self.hit[contract_id] = self.kinds.pop(0)
        self.set_units(line_of(contract_id), 2 * after - before if kind == DOUBLES else before)
        if kind in (DELAYS, TOO_LATE):
            shows = self.story.time.now + timedelta(seconds=45 if kind == DELAYS else 7200)
            self.due.append((shows, line_of(contract_id), after))

    def _show_what_is_due(self) -> None:
        now = self.story.time.now
        for each in [each for each in self.due if each[0] <= now]:
            self.due.remove(each)
            self.set_units(each[1], each[2])

    def units(self, line_id: int) -> int:
        world = self.story.bms.world
        terms = terms_on(world.lines[line_id], world.today)
        assert terms is not None
        return terms.units

    def set_units(self, line_id: int, units: int) -> None:
        since = self.story.bms.world.lines[line_id].history[-1].since
        self.story.bms.edit_line(line_id, units=units, effective_date=since.isoformat())


@dataclass(slots=True)
class Nights:
    story: Story
    bms: Faulty
    others: list[int]  # lines that are not ours
    chance: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - to be repeated
    grown: Counter[int] = field(default_factory=Counter)

    def night(self, *kinds: str) -> None:
        """Other vendors' jobs give every line that is not ours other units."""
        day = self.story.time.now.date() + timedelta(days=1)
        self.story.day(day, time(2))
        for line_id in self.others:
            self.bms.set_units(line_id, self.chance.randint(1, 400))
        self.story.time.set(day, time(6))
        self.bms.begin(*kinds)

    def grow(self, contracts: Iterable[int]) -> Ran:
        """Each of these companies has one user more than the last time."""
        self.grown.update(contracts)
        self.story.count_all({ref_of(each): {"standard": UNITS + self.grown[each]} for each in contracts})
        return self.story.sync()


def line_of(contract_id: int) -> int:
    return (contract_id - 7000) * 10 + 1


def ref_of(contract_id: int) -> str:
    return f"client-{contract_id - 7000:03}"


@pytest.fixture
def nights(begin: Settle) -> Nights:
    cast = clients(CONTRACTS, UNITS)
    story = begin(cast, today=date(2026, 11, 9))
    since = "2026-01-01"
    others = [
        story.bms.add_line(contract_id=7001 + number, service_id=AGENTS, units=10, effective_date=since).id
        for number in range(CONTRACTS)
        for _ in range(OTHERS)
    ]
    confirm(story, cast)
    story.rewrites_are_clean()
    story.sync(approve=True)
    bms = Faulty(story)
    story.transport = httpx.MockTransport(bms.answer)
    return Nights(story, bms, others)


def check_named(nights: Nights, ran: Ran, stopped: set[int]) -> None:
    """What went wrong is named with both sums; what is called synced, or calm, stands in BMS."""
    wrong = {contract: MOVED[kind] for contract, kind in nights.bms.hit.items() if kind in MOVED}
    for line in ran.shown["lines"]:
        contract_id = line["contract_id"]
        if contract_id in wrong:
            assert line["status"] == "error:verification"
            assert "expected 5.00" in line["cause"]
        elif contract_id in stopped:
            assert line["status"] == "error:verification"
        else:
            assert line["status"] in ("synced", "no-change")
            assert nights.bms.units(line_of(contract_id)) == line["units_after"]
    entries = LedgerEntry.objects.filter(event="write.mismatch", run_id=ran.run.pk)
    sums = {entry.contract_id: json.loads(entry.data) for entry in entries}
    assert {
        contract: (Decimal(data["moved"]), Decimal(data["expected"])) for contract, data in sums.items()
    } == {contract: (Decimal(moved), Decimal(5)) for contract, moved in wrong.items()}
    stopped |= set(wrong)


def test_one_write_in_a_hundred_that_goes_wrong_is_found_among_lines_that_move_nightly(
    nights: Nights,
) -> None:
    story, bms, stopped = nights.story, nights.bms, set[int]()
    well = [7001 + number for number in range(CONTRACTS)]

    def grow(number: int) -> Ran:
        """So many of those that no write went wrong for; the others wait for somebody to look."""
        ran = nights.grow([each for each in well if each not in stopped][:number])
        assert len(ran.writes) == number
        check_named(nights, ran, stopped)
        return ran

    for kind in (IGNORES, DOUBLES, TOO_LATE):
        nights.night(kind)
        grow(EVERY)
        assert list(bms.hit.values()) == [kind]
        assert story.integration.stopped_reason == "", "it stops its own contract alone"
    nights.night(DELAYS)
    assert grow(EVERY).shown["summary"]["by_status"]["synced"] == EVERY, "what shows in time is waited for"
    nights.night(IGNORES, DOUBLES)
    grow(2 * EVERY)
    assert story.integration.stopped_reason == "", "two of different kinds stop two contracts"

    nights.night(DOUBLES, DOUBLES)
    grow(2 * EVERY)
    assert "moved by 2 times what was written" in story.integration.stopped_reason
    check_stop(nights)
    nights.night(IGNORES, DOUBLES, TOO_LATE)
    grow(3 * EVERY)
    assert "verification failed on 3 contracts" in story.integration.stopped_reason
    check_stop(nights)
    assert set(Write.objects.filter(state="mismatch").values_list("contract_id", flat=True)) == stopped
    assert len(stopped) == 10


def check_stop(nights: Nights) -> None:
    """It names each contract with both sums, and nothing is written before somebody has looked."""
    story, reason = nights.story, nights.story.integration.stopped_reason
    for contract_id, kind in nights.bms.hit.items():
        name = f"{ref_of(contract_id).title()} monthly ({contract_id})"
        assert f"{name} moved by {MOVED[kind]}, expected 5.00" in reason
    nights.night()
    assert nights.grow([7001]).writes == []
    enable(story.integration, actor=ALICE)
    assert story.sync().status(ref_of(7001)) == "synced"
