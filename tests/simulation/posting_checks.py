"""The MSP's posting days, and what the invoices must then show: the only numbers that a client sees."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from bms_simulator.billing import full_amount
from bms_simulator.invoices import Invoice, InvoiceLine
from bms_simulator.lines import Terms
from bms_simulator.periods import Period, periods_from
from bms_simulator.posting import posting_kinds
from bms_simulator.simulator import Simulator
from tests.simulation.broken import Broken, require
from tests.simulation.claims import Claim, Claims
from tests.simulation.run_checks import open_keys
from tests.simulation.truth import Key, Truth
from tests.simulation.writes_seen import WritesSeen


class Postings:
    """Posts when it is time, as a person would in Billing Review, and compares."""

    def __init__(self, simulator: Simulator, truth: Truth, claims: Claims, seen: WritesSeen) -> None:
        self._simulator = simulator
        self._truth = truth
        self._claims = claims
        self._seen = seen
        self.prorated: set[tuple[Key, date]] = set()
        # Lines that stood open when an MSP posted. That it has posted cannot be read: where nobody says so,
        # a line at 0 is settled until the freeze ends (writing.md rule 3), and BMS corrects what it invoiced.
        self.open_when_posted: set[Key] = set()
        self.lines_checked = 0

    def is_posting_day(self, day: date) -> bool:
        return bool(posting_kinds(self._simulator.world.knobs, day))

    def post(self) -> None:
        contracts = dict(self._simulator.world.contracts)
        self.open_when_posted |= open_keys()
        self._check(self._simulator.post(), {row.id: row.posted_until for row in contracts.values()})

    def next_day(self, day: date) -> None:
        before = {row.id: row.posted_until for row in self._simulator.world.contracts.values()}
        self._check(self._simulator.advance(day), before)

    def _check(self, made: list[Invoice], posted_until: dict[int, date]) -> None:
        self._seen.catch_up()
        lines: dict[Key, list[InvoiceLine]] = {}
        for invoice in made:
            for line in invoice.lines:
                found = self._simulator.world.lines.get(line.line_id or 0)
                if found is not None:
                    lines.setdefault((line.contract_id, found.service_id), []).append(line)
        for key, rows in lines.items():
            self._check_doubles(key, rows)
            self._check_prorations(key, rows)
        for claim in self._claims.standing(self._seen.by_key):
            contract = self._simulator.world.contracts.get(claim.key[0])
            if contract is None:
                continue
            first = posted_until[contract.id]
            for period in periods_from(contract, first):
                if period.start >= contract.posted_until:
                    break
                if first <= period.start:
                    self._check_period(claim, period, lines.get(claim.key, []))

    def _check_doubles(self, key: Key, rows: list[InvoiceLine]) -> None:
        """Invariant 1: no service is billed twice for one period, but for what people put there."""
        for day in {row.value_date for row in rows if row.kind == "full"}:
            billed = [row for row in rows if row.kind == "full" and row.value_date == day and row.total_price]
            if len(billed) > max(self._truth.put[key], 1):
                raise Broken(1, f"{key} is billed {len(billed)} times for the period from {day}: {billed}")

    def _check_prorations(self, key: Key, rows: list[InvoiceLine]) -> None:
        """Invariant 2: BMS prorates nothing of ours where the plan said no proration."""
        if not self._seen.by_key[key] or self._truth.edits[key]:
            return  # never ours, or a person's edit of an unknown day: theirs to prorate
        for row in rows:
            planned = (key, row.value_date) in self.prorated or row.value_date in self._truth.begun[key]
            if row.kind == "proration" and not planned and key not in self.open_when_posted:
                raise Broken(2, f"an invoice prorates {row} on {key}, and no plan said so")

    def _check_period(self, claim: Claim, period: Period, rows: list[InvoiceLine]) -> None:
        """Invariant 2: the invoice shows exactly the quantity that was claimed."""
        if claim.since is not None and claim.since > period.start:
            return  # this period still bills what stood before
        if any(period.start < day for day in self._truth.edited_on.get(claim.key, ())):
            return  # a person changed the line since: what the period bills in parts is theirs
        begun = [row for row in rows if row.kind == "full" and row.value_date == period.start]
        billed = [row for row in begun if row.total_price]
        expected = self._expected(claim, period)
        found = sum((row.total_price for row in billed), Decimal(0))
        self.lines_checked += 1
        line = self._truth.priced(claim.key)
        if line and line[0].history[0].since > period.start:
            return  # the line itself began inside this period: billed from its own day, by proration
        require(
            found == expected,
            2,
            f"{claim}; the period from {period.start} is invoiced at {found}, expected {expected}: {begun}",
        )

    def _expected(self, claim: Claim, period: Period) -> Decimal:
        own = self._truth.own[claim.key]
        price = self._claims.carried.get(claim.key, own.unit_price)
        terms = Terms(period.start, claim.units, price, Decimal(0), own.name, own.description)
        if claim.key not in self._claims.carried:
            return full_amount(terms, period)
        return full_amount(replace(terms, units=1, unit_price=price * claim.units), period)
