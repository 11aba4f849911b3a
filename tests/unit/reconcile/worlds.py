"""A small world to plan in: companies, each with a contract and a line, as one readable call."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from seatbridge.psa.records import Contract, Line
from seatbridge.reconcile.calendar import BillingCalendar, ContractTerms, IssueOn
from seatbridge.reconcile.facts import (
    Approvals,
    BmsReading,
    Company,
    CompanyMapping,
    CompanyState,
    Count,
    Facts,
    Invoiced,
    Key,
    KnownLine,
    Verdict,
)
from seatbridge.reconcile.plan import plan
from seatbridge.reconcile.planned import Plan, PlannedLine, PlannedWrite
from seatbridge.reconcile.rules import Rules

STANDARD, ADVANCED = 101, 102
SERVICES = {"advanced": ADVANCED, "standard": STANDARD}
PRICES = {STANDARD: Decimal("5.00"), ADVANCED: Decimal("7.50")}
ADJUSTS = Verdict(BmsReading.ADJUSTS)
FIRST_RUN_DONE = Approvals(first_run_done=True)
APPROVED = Approvals(first_run_done=True, whole_run=True)
YEAR_START, YEAR_END = date(2026, 1, 1), date(2026, 12, 31)
OLD = date(2025, 1, 1)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MONDAY = moment("2026-11-23 06:00")


@dataclass
class World:
    now: datetime = MONDAY
    verdict: Verdict = ADJUSTS
    approvals: Approvals = FIRST_RUN_DONE
    rules: Rules = field(default_factory=Rules)
    company_rules: dict[str, Rules] = field(default_factory=dict)
    calendar: BillingCalendar = field(default_factory=BillingCalendar)
    companies: dict[str, Company] = field(default_factory=dict)
    counts: dict[tuple[str, str], Count] = field(default_factory=dict)
    mappings: dict[str, CompanyMapping] = field(default_factory=dict)
    contracts: dict[int, Contract] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    known: dict[Key, KnownLine] = field(default_factory=dict)
    invoiced: dict[Key, Invoiced] = field(default_factory=dict)

    def company(
        self, ref: str, contract: int | None = None, *, licenses: int | None = None, **counts: int | None
    ) -> None:
        """`world.company("northwind", 1, standard=14)`: mapped to contract 1 of account 1, 14 users."""
        self.companies[ref] = Company(ref, ref.title(), CompanyState.ACTIVE, licenses, OLD)
        self.mappings[ref] = CompanyMapping(contract, contract, first_write_approved=True)
        for product, value in counts.items():
            self.counts[ref, product] = Count(value, self.now)

    def contract(
        self,
        number: int,
        cycle: str = "Monthly",
        *,
        issue_on: IssueOn = IssueOn.END,
        fiscal: bool = True,
        **more: Any,
    ) -> None:
        self.contracts[number] = Contract(
            number,
            f"Contract {number}",
            "Account",
            "Recurring Services",
            "Active",
            cycle,
            Decimal(0),
            YEAR_START,
            YEAR_END,
        )._replace(**more)
        terms = {**self.calendar.contracts, number: ContractTerms(issue_on, fiscal)}
        self.calendar = replace(self.calendar, contracts=terms)

    def line(
        self,
        contract: int,
        units: int,
        service: int = STANDARD,
        *,
        line_id: int | None = None,
        known: bool = True,
        **more: Any,
    ) -> Line:
        """A line whose units we wrote in an earlier period, with the contract's total kept after that."""
        line_id = line_id or contract * 1000 + service
        line = Line(
            line_id, contract, service, contract, f"Password Boss {service}", "", YEAR_START, Decimal(3),
            PRICES[service], excluded_from_bulk=False, units=None,
        )._replace(**more)  # fmt: skip
        self.lines.append(line)
        before = self.contracts[contract]
        self.contracts[contract] = before._replace(
            billing_price=before.billing_price + units * line.unit_price
        )
        if known:
            self.known[contract, service] = KnownLine(
                line_id=line_id,
                written_units=units,
                written_from=date(2026, 10, 1),
                written_price=line.unit_price,
            )
        self.settle(contract)
        return line

    def settle(self, contract: int) -> None:
        """What we remember agrees with the contract's total."""
        total = self.contracts[contract].billing_price
        for key, known in self.known.items():
            if key[0] == contract:
                self.known[key] = known._replace(total_after=total)

    def move_total(self, contract: int, by: str) -> None:
        before = self.contracts[contract]
        self.contracts[contract] = before._replace(billing_price=before.billing_price + Decimal(by))

    def remember(self, key: Key, **more: Any) -> None:
        self.known[key] = self.known.get(key, KnownLine())._replace(**more)

    def map_again(self, ref: str, **more: Any) -> None:
        self.mappings[ref] = self.mappings[ref]._replace(**more)

    def change_company(self, ref: str, **more: Any) -> None:
        self.companies[ref] = self.companies[ref]._replace(**more)

    def count(self, ref: str, product: str, **more: Any) -> None:
        self.counts[ref, product] = self.counts[ref, product]._replace(**more)

    def facts(self, **more: Any) -> Facts:
        return replace(
            Facts(
                now=self.now,
                enabled=True,
                currency="USD",
                companies=self.companies,
                products=("standard", "advanced"),
                counts=self.counts,
                company_mappings=self.mappings,
                product_mappings=SERVICES,
                contracts=self.contracts,
                lines=tuple(self.lines),
                known=self.known,
                invoiced=self.invoiced,
                calendar=self.calendar,
                verdict=self.verdict,
                approvals=self.approvals,
                rules=self.rules,
                company_rules=self.company_rules,
                service_prices=PRICES,
            ),
            **more,
        )

    def plan(self, **more: Any) -> Plan:
        return plan(self.facts(**more))


def one_line(count: int | None = 17, units: int = 14, **contract: Any) -> World:
    """Northwind: one contract, one line of 14 units, 17 users; End of cycle, monthly, posted on the 1st."""
    world = World()
    world.contract(1, **contract)
    world.company("northwind", 1, standard=count)
    world.line(1, units)
    return world


def row(made: Plan, company: str = "northwind", product: str = "standard") -> PlannedLine:
    (found,) = [line for line in made.lines if (line.company, line.product) == (company, product)]
    return found


def write(made: Plan, contract: int = 1, service: int = STANDARD) -> PlannedWrite | None:
    found = [planned for planned in made.writes if planned.key == (contract, service)]
    assert len(found) < 2
    return found[0] if found else None
