"""A story: people at Northgate, their pretend BMS without a socket, and a clock that nobody waits for.

Everything between is the real thing: client, planner, sync, ledger, rows in a real database.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from bms_simulator.simulator import Simulator
from bms_simulator.world import World
from bms_simulator.writes import Write
from seatbridge.config.settings import Settings
from seatbridge.integrations.adding import ConnectionForm, add_integration
from seatbridge.integrations.calendars import set_calendar, set_contract_terms
from seatbridge.integrations.methods import bms_company, set_rewrites_clean
from seatbridge.integrations.models import BmsCompany, Integration
from seatbridge.integrations.opening import open_bms_for
from seatbridge.integrations.switching import enable
from seatbridge.kit.clock import Clock
from seatbridge.kit.secret import Secret
from seatbridge.mappings.models import CompanyMapping, ProductMapping
from seatbridge.partners.adding import add_partner
from seatbridge.psa.kaseya_bms.client import Bms
from seatbridge.sync.models import LineMemory, SyncRun
from seatbridge.sync.shown.show import show_run
from seatbridge.sync.starting import Asked
from seatbridge.sync.syncing import Surroundings, sync
from seatbridge.usage.imports import import_file
from seatbridge.usage.models import Company
from tests.in_process import transport_to
from tests.support.story_world import COMPANY_NAME, PASSWORD, SERVICES, USERNAME, Client, Places, world_of

ALICE, BOB = "alice@northgate.test", "bob@northgate.test"
HOST = "bms.kaseya.com"
TODAY = date(2026, 11, 23)  # a Monday
ZONE = ZoneInfo("America/New_York")
CENT = Decimal("0.01")


@dataclass
class Time:
    now: datetime

    def read(self) -> datetime:
        """Bound, so that a copy of a story has a BMS that looks at the copy's time."""
        return self.now

    def clock(self) -> Clock:
        return Clock(real_now=self.read, sleep=self._pass)

    def _pass(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def set(self, day: date, at: time = time(9)) -> None:
        self.now = max(self.now, datetime.combine(day, at, tzinfo=ZONE).astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Ran:
    """One sync: what it showed, what reached BMS, and what it called there."""

    run: SyncRun
    shown: dict[str, Any]
    writes: list[Write]
    calls: Counter[str]  # by endpoint, as the client counted them
    arrived: Counter[str]  # the same, as BMS did

    @property
    def state(self) -> str:
        return str(self.run.state)

    def line(self, ref: str, product: str = "standard") -> dict[str, Any]:
        rows = [row for row in self.shown["lines"] if (row["company"], row["product"]) == (ref, product)]
        assert len(rows) == 1, f"{len(rows)} rows of {ref}/{product} in {self.shown['lines']}"
        return rows[0]

    def status(self, ref: str, product: str = "standard") -> str:
        return str(self.line(ref, product)["status"])

    def statuses(self) -> set[str]:
        return {row["status"] for row in self.shown["lines"]}


@dataclass
class Story:
    """`settled` makes one; `time` and `bms` may be moved at will between two syncs."""

    integration: Integration
    bms: Simulator
    time: Time
    places: Places
    settings: Settings
    folder: Path
    calls: Counter[str] = field(default_factory=Counter)
    transport: httpx.BaseTransport | None = None
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def around(self) -> Surroundings:
        return Surroundings(
            clock=self.time.clock(), open_bms=self.open_bms, lock_folder=self.folder / "locks"
        )

    @contextmanager
    def open_bms(self, integration: Integration) -> Iterator[Bms]:
        transport = self.transport or transport_to(self.bms)
        with open_bms_for(integration, self.settings, self.time.clock(), transport=transport) as bms:
            try:
                yield bms
            finally:
                self.calls += bms.calls

    def sync(self, *, approve: bool = False, around: Surroundings | None = None, **asked: Any) -> Ran:
        return self.sync_asked(Asked(actor=ALICE, approve=approve, **asked), around=around)

    def sync_asked(self, asked: Asked, *, around: Surroundings | None = None) -> Ran:
        self.calls, written = Counter(), len(self.bms.writes)
        self.bms.calls.clear()
        run = sync(self.integration, asked, around or self.around())
        self.integration.refresh_from_db()
        return Ran(run, show_run(run), self.bms.writes[written:], self.calls, Counter(self.bms.calls))

    def count(self, ref: str, **users: int) -> None:
        """A newer file of everybody's counts, with other numbers for this one company."""
        self.count_all({ref: users})

    def count_all(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        for ref, users in counts.items():
            self.counts[ref] = {**self.counts.get(ref, {}), **users}
        self.bring_counts(self.counts)

    def bring_counts(self, counts: Mapping[str, Mapping[str, int]], *, complete: bool = False) -> None:
        """A file that names these companies and no others."""
        rows = [
            f"{ref},{product},{number}" for ref, users in counts.items() for product, number in users.items()
        ]
        self.bring("counts", ["company,product,count", *rows], complete=complete)

    def bring(self, kind: str, rows: Sequence[str], *, complete: bool = False) -> None:
        self.time.now += timedelta(seconds=1)
        source = BytesIO("\n".join(rows).encode())
        partner = self.integration.partner
        import_file(partner, kind, source, complete=complete, dry_run=False, now=self.time.now)

    def day(self, on: date, at: time = time(9)) -> None:
        """Days pass in BMS, with their invoice runs, and here."""
        self.bms.advance(on)
        self.time.set(on, at)

    def rewrites_are_clean(self) -> None:
        """A person looked after the test write: the contract's Prorated Transactions were empty."""
        set_rewrites_clean(self.integration, clean=True, actor=ALICE)

    def method(self, method: str) -> None:
        Integration.objects.filter(pk=self.integration.pk).update(chosen_method=method)

    def verdict(self, **known: Any) -> None:
        company = bms_company(self.integration)
        BmsCompany.objects.filter(pk=company.pk).update(**known)

    @property
    def company(self) -> BmsCompany:
        return bms_company(self.integration)

    def memory(self, ref: str, product: str = "standard") -> LineMemory:
        return LineMemory.objects.get(
            integration=self.integration, contract_id=self.places.contract(ref), service_id=SERVICES[product]
        )

    def bill(self, ref: str) -> dict[str, Any]:
        contract_id = self.places.contract(ref)
        return next(row for row in self.bms.bills() if row["contract_id"] == contract_id)

    def units(self, ref: str, product: str = "standard") -> int:
        """In force today on the priced line of this product, whichever line that is by now."""
        rows = [row for row in self.bill(ref)["lines"] if row["service_id"] == SERVICES[product]]
        (line,) = [row for row in rows if Decimal(row["unit_price_now"])] or rows
        return int(line["units_now"])

    def invoiced(self, ref: str) -> list[tuple[date, Decimal, Decimal, str]]:
        """Lines of our services on real invoices: period's first day, units, total, full or proration."""
        contract_id = self.places.contract(ref)
        return [
            (line.value_date, line.qty, line.total_price.quantize(CENT), line.kind)
            for invoice in self.bms.world.invoices
            for line in invoice.lines
            if line.contract_id == contract_id and line.name.startswith("Password Boss")
        ]

    def invoice_totals(self, ref: str) -> list[Decimal]:
        """What the client was asked to pay, invoice by invoice, all lines together."""
        contract_id = self.places.contract(ref)
        lines = [
            [line.total_price for line in invoice.lines if line.contract_id == contract_id]
            for invoice in self.bms.world.invoices
        ]
        return [sum(totals, Decimal(0)).quantize(CENT) for totals in lines if totals]


def begun(
    cast: Sequence[Client],
    *,
    settings: Settings,
    folder: Path,
    today: date = TODAY,
    products: Sequence[str] = ("standard",),
    reading: str = "adjusts",
    ahead_seen: str = "unknown",
    calendar: Mapping[str, Any] | None = None,
    **knobs: Any,
) -> Story:
    """Connected, mapped, counted and on; nothing was synced yet, and nothing is known of the units."""
    clock = Time(datetime.combine(today, time(9), tzinfo=ZONE).astimezone(UTC))
    simulator = Simulator(World.from_json(world_of(cast, today, **knobs)), clock.read)
    partner = add_partner("Northgate IT", "America/New_York")
    form = ConnectionForm(
        hostname=HOST, company_name=COMPANY_NAME, username=USERNAME, password=Secret(PASSWORD)
    )
    integration, _ = add_integration(partner, form, settings, actor=ALICE)
    enable(integration, actor=ALICE)
    set_calendar(integration, actor=ALICE, **(calendar or {}))
    story = Story(integration, simulator, clock, Places.of(cast), settings, folder)
    _tell_terms(story, cast)
    story.verdict(reading=reading, ahead=ahead_seen)
    story.bring("companies", ["ref,name,licenses_assigned", *(_company_row(client) for client in cast)])
    if any(client.counted for client in cast):
        story.count_all({client.ref: client.counted for client in cast})
    for product in products:
        ProductMapping.objects.create(integration=integration, product=product, service_id=SERVICES[product])
    _map(story, cast)
    return story


def _tell_terms(story: Story, cast: Sequence[Client]) -> None:
    """What a contract does differently in BMS, the partner stated: no program can read it."""
    for client in cast:
        terms = {name: client.contract.get(name) for name in ("issue_on", "fiscal", "posts_on")}
        if any(value is not None for value in terms.values()):
            contract_id = story.places.contract(client.ref)
            set_contract_terms(story.integration, contract_id, actor=ALICE, **terms)


def _company_row(client: Client) -> str:
    return f"{client.ref},{client.ref.title()},{'' if client.licenses is None else client.licenses}"


def _map(story: Story, cast: Sequence[Client]) -> None:
    ids = dict(Company.objects.values_list("ref", "pk"))
    CompanyMapping.objects.bulk_create(
        CompanyMapping(
            integration=story.integration,
            company_id=ids[client.ref],
            account_id=None if client.excluded else story.places.account(client.ref),
            contract_id=None if client.excluded else story.places.contract(client.ref),
            excluded_reason=client.excluded,
        )
        for client in cast
        if client.is_mapped
    )


Settle = Callable[..., Story]


def confirm(story: Story, cast: Sequence[Client]) -> None:
    """A person stated what stands in BMS today."""
    keys = {
        (story.places.contract(client.ref), SERVICES[product]): units
        for client in cast
        for product, units in client.units.items()
    }
    LineMemory.objects.bulk_create(
        LineMemory(
            integration=story.integration, contract_id=key[0], service_id=key[1], confirmed_units=units
        )
        for key, units in keys.items()
    )


def confirm_carried(story: Story, cast: Sequence[Client], *, price: str = "5", cost: str = "3") -> None:
    """A person stated that each line is one unit, whose price is that of all its users."""
    LineMemory.objects.bulk_create(
        LineMemory(
            integration=story.integration,
            contract_id=story.places.contract(client.ref),
            service_id=SERVICES[product],
            confirmed_units=1,
            carried_price=Decimal(price),
            carried_cost=Decimal(cost),
        )
        for client in cast
        for product in client.units
    )


def settled(cast: Sequence[Client], **how: Any) -> Story:
    """Calm, and then counted with the users of the cast: from here on each change is news."""
    return counted(calm(without_users(cast), **how), cast)


def without_users(cast: Sequence[Client]) -> list[Client]:
    return [replace(client, users=None) for client in cast]


def calm(cast: Sequence[Client], *, method: str = "auto", **begin: Any) -> Story:
    """Begun, and its first run approved while counts and units agreed."""
    story = begun(cast, **begin)
    confirm(story, cast)
    story.method(method)
    first = story.sync(approve=True)
    assert first.writes == []
    return story


def counted(story: Story, cast: Sequence[Client]) -> Story:
    for client in cast:
        if client.users is not None:
            story.count(client.ref, **client.users)
    return story
