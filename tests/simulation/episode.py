"""One seed: the world, the partner, the clock and the wire, and one sync after the other."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from bms_simulator.simulator import Simulator
from bms_simulator.world import World
from seatbridge.config.settings import Settings
from seatbridge.integrations.calendars import billing_calendar, note_posted
from seatbridge.integrations.models import Integration
from seatbridge.integrations.opening import open_bms_for
from seatbridge.kit.clock import Clock
from seatbridge.psa.kaseya_bms.client import Bms
from seatbridge.psa.records import Contract
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.sync.models import SyncRun
from seatbridge.sync.plans import planned_lines
from seatbridge.sync.show import show_lines
from seatbridge.sync.starting import Asked
from seatbridge.sync.syncing import Surroundings, sync
from tests.simulation.broken import require
from tests.simulation.chance import Chance
from tests.simulation.claims import Claims
from tests.simulation.crashes import Crash, Crashes
from tests.simulation.hand_edits import Hands
from tests.simulation.history import History
from tests.simulation.network import Network
from tests.simulation.partner_side import ALICE, connect, take_counts
from tests.simulation.posting_checks import Postings
from tests.simulation.run_checks import (
    Permitted,
    active_plan,
    check_permitted,
    check_texts,
    check_untouched,
    check_watch,
    open_keys,
)
from tests.simulation.truth import Key, Truth
from tests.simulation.virtual_clock import VirtualClock
from tests.simulation.worlds import Drawn, draw_world
from tests.simulation.writes_seen import WritesSeen




class Episode:
    def __init__(self, seed: int, settings: Settings) -> None:
        self.chance = Chance(seed)
        self.settings = settings
        self.drawn: Drawn = draw_world(self.chance)
        zone = ZoneInfo(self.drawn.zone)
        past = date.fromisoformat(self.drawn.bms["date"])
        start = datetime(past.year, past.month, past.day, 6, tzinfo=zone)
        self.clock = VirtualClock(start, zone)
        self.history = History(self.clock)
        self.simulator = Simulator(World.from_json(self.drawn.bms), self.clock.now)
        self.simulator.advance(self.drawn.day)
        self.clock.pass_until_local(self.drawn.day, 6)
        self.truth = Truth(self.simulator)
        self.crashes = Crashes()
        self.network = Network(self.simulator, self.clock, self.crashes, self.history)
        self.seen = WritesSeen(self.simulator)
        self.claims = Claims(self.truth, dict(self.drawn.carried))
        self.postings = Postings(self.simulator, self.truth, self.claims, self.seen)
        self.hands = Hands(self.simulator, self.truth, self.chance, self.history)
        self.covered: Counter[tuple[str, str]] = Counter()
        self.planned_units: dict[Key, set[int]] = {}
        self.left: set[Key] = set()  # keys that a person answered with "leave"
        self.edits_at: list[tuple[datetime, int]] = []
        self.permitted = Permitted()
        self.last_run: SyncRun | None = None
        self.last_lines: list[dict[str, Any]] = []
        self.bad_passwords = 0
        self._each_day()
        self.integration: Integration = connect(self.drawn, settings, self.clock.now())
        self.history.say(f"BMS: { {name: self.drawn.bms[name] for name in SHOWN} }")
        take_counts(self.integration, self.drawn.companies, self.clock.now())

    # The calendar goes on by itself.

    def _each_day(self) -> None:
        tomorrow = self.clock.today() + timedelta(days=1)
        self.clock.at(self.clock.local(tomorrow, 0), lambda: self._begin_day(tomorrow))

    def _begin_day(self, day: date) -> None:
        self.postings.next_day(day)
        self.hands.night()
        if self.postings.is_posting_day(day):
            self.clock.at(self.clock.local(day, self.drawn.posting_hour), lambda: self._post(day))
        self._each_day()

    def _post(self, day: date) -> None:
        self.postings.post()
        self.history.say("MSP posts in Billing Review")
        if self.drawn.says_posted:
            note_posted(self.integration, day, today=day, actor=ALICE)

    # What the product is given.

    @property
    def billing_now(self) -> datetime:
        return self.clock.now().astimezone(self.clock.zone)

    @property
    def calendar(self) -> BillingCalendar:
        return billing_calendar(self.integration)

    def contract_as_read(self, contract_id: int) -> Contract | None:
        row = self.simulator.world.contracts.get(contract_id)
        if row is None:
            return None
        price = self.simulator.state.view.total(contract_id)
        return Contract(row.id, row.name, "", row.type, row.status, row.billing_cycle, price, row.start, row.end)

    @cached_property
    def product_clock(self) -> Clock:
        return Clock(real_now=self.clock.now, sleep=self.clock.sleep)

    def _at(self, step: str) -> None:
        if step == "after-plan":
            self._note_plan(active_plan(self.integration))
        self.crashes.at(step)

    def _note_plan(self, lines: list[dict[str, Any]]) -> None:
        self.permitted.add_plan(lines)
        self.postings.prorated |= self.permitted.prorated
        for line in lines:
            if line["units_after"] is not None:
                key = (line["contract_id"], line["service_id"])
                self.planned_units.setdefault(key, set()).add(line["units_after"])

    @contextmanager
    def _open_bms(self, integration: Integration) -> Iterator[Bms]:
        with open_bms_for(integration, self.settings, self.product_clock, transport=self.network) as bms:
            yield bms

    def sync(self, **asked: Any) -> SyncRun | None:
        """None where the process was killed on the way. Every invariant that a run can break is checked."""
        around = Surroundings(self.product_clock, self._open_bms, self.settings.home, at=self._at)
        self.permitted = Permitted(open=open_keys())
        edits = dict(self.truth.edits)
        self.integration.refresh_from_db()
        was_enabled = self.integration.enabled
        said = {name: value for name, value in asked.items() if value}
        self.history.say(f"SYNC {said or ''}")
        run: SyncRun | None = None
        try:
            run = sync(self.integration, Asked(actor=ALICE, **asked), around)
        except Crash as crash:
            self.history.say(f"KILLED at {crash}")
        self.crashes.disarm()
        parts = self.seen.catch_up()
        if asked.get("dry_run") or not was_enabled:
            require(not parts, 6, f"a preview, or the switched-off integration, wrote: {parts}")
        check_permitted(parts, self.permitted, self.drawn.test_contract)
        if run is not None:
            self._note_result(run, edits)
        self.check()
        return run

    def _note_result(self, run: SyncRun, edits: dict[Key, int]) -> None:
        run.refresh_from_db()
        self.last_run = run
        lines = self.last_lines = lines_of(run)
        self.covered["run", run.state] += 1
        self.history.say(f"RUN {run.state} {run.problem or ''} {run.holds or ''}")
        for line in lines:
            self.covered["status", line["status"]] += 1
            self.history.say(
                f"    {line['company']} {line['product']} on {line['contract_id']}, {line['service_id']}: "
                f"{line['units_before']} -> {line['units_after']} ({line['evidence']}) {line['status']}: {line['cause']}"
            )
        if not run.dry_run:
            self.claims.take(run.pk, lines, self.seen.by_key, edits)

    def check(self) -> None:
        """All that must hold at any time between two actions."""
        self.simulator.settle()
        check_watch(self.simulator)
        written = set(self.seen.by_key)
        check_untouched(self.simulator, self.truth, written)
        owed = open_keys() | self.left
        check_texts(self.truth, written, owed, self._units_allowed())
        self.claims.check(self.seen.by_key)
        refused = self.simulator.state.sign_ins.refused
        require(refused <= self.bad_passwords, 6, f"{refused} bad sign-ins with {self.bad_passwords} wrong passwords")

    def _units_allowed(self) -> dict[Key, set[int]]:
        return {key: self.planned_units.get(key, set()) | self._theirs(key) for key in self.seen.by_key}

    def _theirs(self, key: Key) -> set[int]:
        """Units that the world or a person gave to the key's lines."""
        found = {1} if key in self.drawn.carried or key[0] == self.drawn.test_contract else set()
        for line in self.truth.untouched.values():
            if (line.contract_id, line.service_id) == key:
                found |= {terms.units for terms in line.history}
        return found


def lines_of(run: SyncRun) -> list[dict[str, Any]]:
    """As shown to people, with the kind of evidence beside its sentence."""
    kinds = [{"evidence_code": row.get("evidence_code", "")} for row in planned_lines(run)]
    return [shown | kind for shown, kind in zip(show_lines(run), kinds, strict=True)]


SHOWN = ("behaviour", "ahead", "bulk_date", "billing_price_per", "exposes_units", "job_seconds", "settles_after_seconds")
