"""What every part of a run shares: the run, the BMS session, the clock, the latest reading."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from seatbridge.integrations.methods import bms_company
from seatbridge.integrations.models import BmsCompany, Integration
from seatbridge.kit.clock import Clock
from seatbridge.psa.kaseya_bms.client import Bms
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.reconcile.facts import Key
from seatbridge.sync.models import LineMemory, Owed, SyncRun, Write
from seatbridge.sync.views import Views


def _nothing(_name: str) -> None:
    return None


class WritingStopped(Exception):
    """No further write may be made: switched off, cancelled, or stopped by verification."""

    def __init__(self, status: str, cause: str, fix: str) -> None:
        super().__init__(cause)
        self.status = status
        self.cause = cause
        self.fix = fix


@dataclass(slots=True)
class Running:
    run: SyncRun
    integration: Integration
    bms: Bms
    clock: Clock
    settle: timedelta
    zone: ZoneInfo
    calendar: BillingCalendar
    # Of the whole run: only lines of these services are read; a plan of others would miss theirs.
    product_mappings: Mapping[str, int]
    # Called with the name of each step of the protocol, before and after it: progress, tests that kill there.
    at: Callable[[str], None] = _nothing
    views: Views | None = None
    read_company: BmsCompany | None = None
    planned_at: datetime | None = None  # billing time in the partner's zone
    # (company, product) -> what became of it in this run
    statuses: dict[tuple[str, str], tuple[str, str, str]] = field(default_factory=dict)
    line_ids: dict[tuple[str, str], int] = field(default_factory=dict)
    learned_before: dict[tuple[str, str], int] = field(default_factory=dict)
    # A wait for BMS that would last longer pauses the run; None: it is waited out.
    longest_wait: timedelta | None = None
    tries_again: bool = False  # by itself, where BMS could not be reached: somebody takes it up then
    before_reading: Counter[str] = field(default_factory=Counter)  # calls, by endpoint
    reading_costs: Counter[str] | None = (
        None  # the same, of the last complete reading; None: one is under way
    )
    # When the last reading that leaves something unsettled may be believed.
    wait_until: datetime | None = None

    @property
    def company(self) -> BmsCompany:
        """As each plan reads it anew, and what this run learns of it."""
        return self.read_company or self.read_company_anew()

    def read_company_anew(self) -> BmsCompany:
        self.read_company = bms_company(self.integration)
        return self.read_company

    @property
    def service_ids(self) -> list[int]:
        return sorted(set(self.product_mappings.values()))

    def read(self) -> Views:
        """One observation: all contracts, and all lines of the mapped services; no call per company."""
        self.at("before-reading")
        self.before_reading, self.reading_costs = self.bms.calls.copy(), None
        self.views = Views(self.bms.read(self.service_ids))
        self.reading_costs = self.bms.calls - self.before_reading
        self.at("after-reading")
        return self.views

    @property
    def seen(self) -> Views:
        return self.views if self.views is not None else self.read()

    def now(self) -> datetime:
        return self.clock.now()

    def billing_now(self) -> datetime:
        return self.clock.billing_now().astimezone(self.zone)

    def today(self) -> date:
        return self.billing_now().date()

    def wait_for(self, until: datetime | None) -> None:
        if until is not None and (self.wait_until is None or until > self.wait_until):
            self.wait_until = until

    def say(self, members: Sequence[Sequence[str]], status: str, cause: str, fix: str = "") -> None:
        for company, product in members:
            self.statuses[company, product] = (status, cause, fix)


def key_of(row: Write | Owed | LineMemory) -> Key:
    return row.contract_id, row.service_id
