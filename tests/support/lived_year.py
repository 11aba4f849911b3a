"""The year of `normal_year` lived day by day: counts come, syncs run, BMS posts, and one person decides.

A click is one decision as the pages take it: a mapping confirmed, a line approved, all who left stopped.
"""

import time as stopwatch
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, time
from statistics import median
from typing import Any

from bms_simulator.records import Account
from seatbridge.mappings.catalog_age import refresh_if_old
from seatbridge.mappings.choosing import first_write
from seatbridge.mappings.confirming import Moments, confirm_mapping
from seatbridge.mappings.importing import Asking
from seatbridge.mappings.renewing.listing import Followed
from seatbridge.sync.invoice_checks import exceptions_of, latest_checks
from seatbridge.sync.models import SyncRun
from seatbridge.sync.requesting import request_approval
from seatbridge.sync.starting import SCHEDULE, Asked
from seatbridge.sync.stated.renewing import Wish as Wished
from seatbridge.sync.stated.renewing import accept_renewals, renewals, with_lines
from seatbridge.sync.stated.stop_billing import From, Wish, stop_billing
from seatbridge.sync.syncing import sync_requested
from seatbridge.usage.models import Company
from tests.support.normal_year import (
    FIRST_DAY,
    ONE_DAY,
    START_POSTS_ON,
    Billed,
    Firm,
    Year,
    company_rows,
    next_month,
)
from tests.support.story import ALICE, ZONE, Ran, Story
from tests.support.story_world import SERVICES

MORNING, EVENING = time(6), time(18)
PRODUCTS = {number: product for product, number in SERVICES.items()}
SUCCESSORS = 1000  # the number of a contract and that of the one which follows it are so far apart
TO_MAP = ("skipped:unmapped-company",)
APPROVED = ("held:anomaly", "held:first-write", "current-units-unknown")
# Nothing is asked of anybody: written, to be written, or as it is.
SILENT = {"no-change", "synced", "synced-with-warning", "scheduled", "planned", "late-for-cutoff"}


@dataclass
class LivedYear:
    year: Year
    story: Story
    clicks: Counter[tuple[date, str]] = field(default_factory=Counter)  # by month and what was decided
    months: list[date] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)  # of each sync
    cpu: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    invoiced: int = 0  # lines of invoices that were compared
    _owed: list[Billed] = field(default_factory=list)
    _seen: int = 0
    _to_check: int = 0  # lines of the newest invoices

    def live(self, months: int) -> None:
        today = FIRST_DAY + ONE_DAY
        self.months = [date(2026, month, 1) for month in range(1, months + 1)]
        while today <= next_month(self.months[-1]) + ONE_DAY:  # the last month is posted on the 1st after it
            self._day(today)
            today += ONE_DAY

    def clicks_of_months(self) -> dict[int, int]:
        return {
            first.month: sum(number for (month, _), number in self.clicks.items() if month == first)
            for first in self.months
        }

    def told(self) -> str:
        rows = [
            f"{len(self.cpu)} syncs, {median(self.cpu):.2f} CPU seconds each",
            f"{median(self.calls):.0f} calls to BMS each, at most {max(self.calls)}",
            f"{self.invoiced} lines of invoices compared",
        ]
        for first in self.months:
            what = {what: number for (month, what), number in self.clicks.items() if month == first}
            rows.append(f"{first:%b} {sum(what.values()):3} clicks  {what or ''}")
        return "\n".join([*rows, *self.wrong])

    def _day(self, today: date) -> None:
        self.story.day(today, MORNING)
        self._compare(today)
        news = list(self.year.happens(today))
        for what, firm in news:
            self._in_bms(what, firm, today)
        self._sync(today, companies=bool(news) or today.day == 1)
        kind = posted_on(today + ONE_DAY)
        if kind:
            self.story.time.set(today, EVENING)
            self._sync(today, last=True)
            first = today.replace(day=1) if kind == "end" else next_month(today)
            self._owed += self.year.owed(kind, first)

    def _sync(self, today: date, *, companies: bool = False, last: bool = False) -> None:
        if self.year.a_day() or companies:
            self.story.bring("companies", company_rows(self.year.here()), complete=True)
        self.story.bring_counts(self.year.counts())
        began = stopwatch.process_time()
        ran = self.story.sync_asked(Asked(actor=SCHEDULE, last_before_posting=last))
        self.cpu.append(stopwatch.process_time() - began)
        self.calls.append(ran.calls.total())
        self._look_at_check(today)
        self._decide(ran, today)

    def _look_at_check(self, today: date) -> None:
        """What the product itself says of these invoices: it saw every line, and nothing is amiss."""
        if not self._to_check:
            return
        check = latest_checks(self.story.integration.pk)[0]
        counts = {name: number for name, number in check.summary.items() if name != "money" and number}
        if counts != {"on-invoice": self._to_check}:
            self.wrong.append(f"{today}: {self._to_check} lines invoiced, the check says {counts}")
            self.wrong += [f"{today}: {row}" for row in exceptions_of(check)]
        self._to_check = 0

    def _in_bms(self, what: str, firm: Firm, today: date) -> None:
        """What the MSP does in BMS as on every such day, with or without Seatbridge."""
        story, number = self.story, self._number(firm)
        if what == "arrives":
            story.bms.world.accounts[number] = Account(number, firm.ref.title())
            self._add_contract(firm, 7000 + number, today)
        if what == "renews":
            story.bms.edit_contract(7000 + number, end=(next_month(today) - ONE_DAY).isoformat())
            self._add_contract(firm, 7000 + number + SUCCESSORS, next_month(today))

    def _add_contract(self, firm: Firm, contract: int, begins: date) -> None:
        bms = self.story.bms
        bms.add_contract(
            id=contract,
            account_id=self._number(firm),
            name=f"{firm.ref.title()} monthly {contract}",
            start=begins.isoformat(),
            end="2027-12-31",
            issue_on="end",
        )
        for product, units in firm.users.items():
            bms.add_line(
                contract_id=contract,
                service_id=SERVICES[product],
                units=units,
                unit_price=firm.price,
                effective_date=begins.isoformat(),
            )

    def _number(self, firm: Firm) -> int:
        return self.year.firms.index(firm) + 1

    def _decide(self, ran: Ran, today: date) -> None:
        rows: dict[str, list[dict[str, Any]]] = {}
        for row in ran.shown["lines"]:
            rows.setdefault(row["status"], []).append(row)
        self._renew(today)
        if ran.state == SyncRun.State.AWAITING_APPROVAL:
            self._approve(ran, "a whole run", today)
            return
        self._stop(rows.pop("left-password-boss", []), today)
        for status in TO_MAP:
            for ref in sorted({row["company"] for row in rows.pop(status, [])}):
                self._map(ref, status, today)
        for status in APPROVED:
            for row in rows.pop(status, []):
                self._approve(ran, status, today, (row["company"], row["product"]))
        for status in set(rows) - SILENT:
            self.wrong += [f"{today}: {status}: {row['company']}: {row['cause']}" for row in rows[status]]

    def _click(self, today: date, what: str) -> None:
        self.clicks[today.replace(day=1), what] += 1

    def _approve(self, ran: Ran, what: str, today: date, *pairs: tuple[str, str]) -> None:
        self._click(today, what)
        story = self.story
        asked = request_approval(
            ran.run, digest=ran.run.plan_digest, actor=ALICE, now=story.time.now, pairs=pairs or None
        )
        if not isinstance(asked, SyncRun):
            self.wrong.append(f"{today}: {what}: not approved: {asked}")
            return
        sync_requested(asked.pk, story.around())
        story.integration.refresh_from_db()

    def _renew(self, today: date) -> None:
        """What follows a contract that ends, accepted from the list of renewals as it is shown there."""
        story = self.story
        endings = [each for each in renewals(story.integration, today) if each.followed is Followed.ONE]
        for row in with_lines(story.integration, endings):
            self._click(today, "accept a renewal")
            successor = row.ending.successor
            cloned = {line.service_id: line.before for line in row.lines if line.before is not None}
            wish = Wished(row.ending.contract.id, successor.id if successor else 0, row.seal, cloned)
            asking = Asking(ALICE, story.time.now.astimezone(UTC), today, story.open_bms)
            accept_renewals(story.integration, [wish], asking)

    def _stop(self, rows: list[dict[str, Any]], today: date) -> None:
        """Those who left, all at once; a stop that was decided on is not asked about again."""
        if not rows:
            return
        self._click(today, "stop billing")
        story, now = self.story, self.story.time.now
        refresh_if_old(story.integration, story.open_bms, now)
        wish = Wish(From.NEXT_PERIOD, None, ALICE, now.astimezone(UTC), now.astimezone(ZONE))
        stop_billing(story.integration, sorted({(row["company"], "") for row in rows}), wish)

    def _map(self, ref: str, why: str, today: date) -> None:
        self._click(today, f"map: {why}")
        story, now = self.story, self.story.time.now
        firm = next(each for each in self.year.firms if each.ref == ref)
        refresh_if_old(story.integration, story.open_bms, now)
        company = Company.objects.get(partner=story.integration.partner, ref=ref)
        at = Moments(now, now.astimezone(ZONE))
        number = self._number(firm)
        seen = first_write(story.integration, company, at.billing_now).seal
        contract = 7000 + number + SUCCESSORS * firm.successor
        done = confirm_mapping(story.integration, company, number, contract, seen=seen, actor=ALICE, at=at)
        if not (done.changed and done.approved):
            self.wrong.append(f"{today}: {ref}: {done}")

    def _compare(self, today: date) -> None:
        """Every line of our services on the invoices of the day before, against the counts: to the cent."""
        made = self.story.bms.world.invoices[self._seen :]
        self._seen += len(made)
        if posted_on(today - ONE_DAY) is None:
            assert not made
            return
        expected, found = Counter(self._owed), Counter(self._billed(today, made))
        self._owed, self._to_check = [], found.total()
        self.invoiced += found.total()
        self.wrong += [f"{today}: not as counted: {row}" for row in (expected - found)]
        self.wrong += [f"{today}: invoiced instead: {row}" for row in (found - expected)]

    def _billed(self, today: date, made: list[Any]) -> Iterator[Billed]:
        for line in (line for invoice in made for line in invoice.lines):
            if line.kind != "full":
                self.wrong.append(f"{today}: prorated: {line}")
                continue
            product = PRODUCTS[self.story.bms.world.lines[line.line_id].service_id]
            number = (line.contract_id - 7000) % SUCCESSORS
            if line.total_price:
                ref = self.year.firms[number - 1].ref
                yield Billed(ref, product, line.value_date, int(line.qty), line.total_price)


def posted_on(day: date) -> str | None:
    return {1: "end", START_POSTS_ON: "start"}.get(day.day)
