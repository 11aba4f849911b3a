"""One seed's story so far: the world, the partner, the clock and the wire; days go by on their own."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from bms_simulator.faults import Fault
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
from tests.simulation.chance import Chance
from tests.simulation.claims import Claims
from tests.simulation.crashes import Crashes
from tests.simulation.hand_edits import Hands
from tests.simulation.history import History
from tests.simulation.network import Network
from tests.simulation.partner_side import ALICE, connect, take_counts
from tests.simulation.posting_checks import Postings
from tests.simulation.run_checks import Permitted
from tests.simulation.second_lines import SecondLines
from tests.simulation.truth import Key, Truth
from tests.simulation.virtual_clock import VirtualClock
from tests.simulation.worlds import Drawn, draw_world
from tests.simulation.writes_seen import WritesSeen

SHOWN = (
    "behaviour",
    "ahead",
    "bulk_date",
    "billing_price_per",
    "exposes_units",
    "job_seconds",
    "settles_after_seconds",
)


class Episode:
    def __init__(self, seed: int, settings: Settings) -> None:
        self.chance = Chance(seed)
        self.aside = Chance(seed + 10_000_019)  # of rare things: drawing them moves no other draw
        self.backs = Chance(seed + 20_000_033)  # of what is put back
        self.settings = settings
        self.drawn: Drawn = draw_world(self.chance)
        self.clock = _clock_at(self.drawn)
        self.history = History(self.clock)
        self.simulator = Simulator(World.from_json(self.drawn.bms), self.clock.now)
        self.simulator.advance(self.drawn.day)
        self.clock.pass_until_local(self.drawn.day, 6)
        self.truth = Truth(self.simulator)
        self.second_lines = SecondLines(seed, self.truth)
        self.crashes = Crashes()
        self.network = Network(self.simulator, self.clock, self.crashes, self.history)
        self.seen = WritesSeen(self.simulator)
        self.left: set[Key] = set()  # keys that a person answered with "leave"
        self.left_at: dict[Key, datetime] = {}
        self.unseen: set[int] = set()  # writes that an edit by hand came too late for, or was hidden from
        self.claims = Claims(self.truth, dict(self.drawn.carried), self.left)
        self.postings = Postings(self.simulator, self.truth, self.claims, self.seen)
        self.hands = Hands(
            self.simulator, self.truth, self.chance, self.history, lambda: self.network.is_writing
        )
        self.covered: Counter[tuple[str, str]] = Counter()
        self.planned_units: dict[Key, set[int]] = {}
        self.faults: list[Fault] = []
        self.taken_over_at_once = False  # while what the killed one sent may still be hidden
        self.readings: list[datetime] = []  # of this sync: when each began
        self.looked_at: datetime | None = None  # when what a sync last weighed was read
        self.permitted = Permitted()
        self.last_run: SyncRun | None = None
        self.last_lines: list[dict[str, Any]] = []
        self.bad_passwords = 0
        self.hidden_refusals = 0
        self._each_day()
        self.integration: Integration = connect(self.drawn, settings, self.clock.now())
        self.history.say(f"BMS: { {name: self.drawn.bms[name] for name in SHOWN} }")
        take_counts(self.integration, self.drawn.companies, self.clock.now())

    # The calendar goes on by itself.

    def _each_day(self) -> None:
        tomorrow = self.clock.today() + timedelta(days=1)
        self.clock.at(self.clock.local(tomorrow, 0), lambda: self._begin_day(tomorrow))

    def _begin_day(self, day: date) -> None:
        self.truth.begin_day(day, self.looked_at)
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
        return Contract(
            row.id, row.name, "", row.type, row.status, row.billing_cycle, price, row.start, row.end
        )

    @cached_property
    def product_clock(self) -> Clock:
        return Clock(real_now=self.clock.now, sleep=self.clock.sleep)

    @contextmanager
    def open_bms(self, integration: Integration) -> Iterator[Bms]:
        with open_bms_for(integration, self.settings, self.product_clock, transport=self.network) as bms:
            yield bms


def _clock_at(drawn: Drawn) -> VirtualClock:
    zone = ZoneInfo(drawn.zone)
    past = date.fromisoformat(drawn.bms["date"])
    return VirtualClock(datetime(past.year, past.month, past.day, 6, tzinfo=zone), zone)
