"""Lines of a run as tables and pages read them; in sums, a line of BMS that several share counts once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from seatbridge.reconcile.covering import LEFT
from seatbridge.reconcile.deadlines import is_waiting
from seatbridge.reconcile.money import cents
from seatbridge.reconcile.words import either_unknown
from seatbridge.sync.shown.groups import Group, group_of

CHANGED = (Group.UPDATED, Group.PLANNED)


@dataclass(frozen=True, slots=True)
class ShownLine:
    company: str
    name: str
    product: str
    contract_id: int | None
    service_id: int | None
    before: int | None
    after: int | None
    price: Decimal | None
    money: Decimal | None  # a month
    currency: str
    effective: date | None
    status: str
    cause: str
    fix: str
    explanation: str
    outcome: str
    evidence: str
    line_id: int | None
    proration: Decimal | None
    evidence_code: str = ""  # a value of reconcile.facts.Evidence
    deadline: date | None = None  # a decision before this day is in time for the next invoice run
    waiting: str = ""  # what it costs, either way, that nobody decides
    users: int | None = None  # counted of this company and product alone
    instead_of: int | None = None  # of a put back: units dated ahead that never came into force

    @property
    def compared(self) -> int | None:
        """Units that a change is shown against: those in force, or those whose place a put back takes."""
        return self.before if self.instead_of is None else self.instead_of

    @property
    def is_waiting(self) -> bool:
        return is_waiting(self.outcome, self.status) and group_of(self.status) is Group.WAITING

    @property
    def key(self) -> tuple[str, str]:
        return self.company, self.product

    @property
    def shared(self) -> tuple[object, ...]:
        """What lines of one contract and service have in common: they are one line in BMS."""
        if self.contract_id is None or self.service_id is None:
            return self.key
        return self.contract_id, self.service_id

    @property
    def unbilled(self) -> Decimal | None:
        """A month of all its users: what it costs that the line is not being billed."""
        moved = 0 if self.after is None or self.before is None else self.after - self.before
        if self.money is None or self.after is None or self.before is None:
            return self.money
        if moved:
            return cents(self.money / moved * self.after)
        return None if self.price is None else self.after * self.price

    @property
    def is_kept(self) -> bool:
        """Left as it is, or put back: no sync touches it, but it is billed. What is excluded has no line."""
        return self.status == LEFT and self.line_id is not None

    @property
    def group(self) -> Group:
        return Group.UP_TO_DATE if self.is_kept else group_of(self.status)

    @property
    def stands(self) -> int | None:
        """Units on the contract, with what was written or is planned."""
        return self.after if self.group in CHANGED else self.before

    @property
    def is_empty(self) -> bool:
        """No users and no line: planned like every other, but nothing that a person wants to read."""
        return self.status == "no-change" and self.before is None and not self.after

    @property
    def units(self) -> str:
        if self.before is None and self.after is None:
            return ""
        if self.is_kept and self.before is not None:
            return f"{self.before}"
        if self.compared == self.after:
            return f"{self.after}"
        after = "no count" if self.after is None else f"{self.after}"
        return f"{either_unknown(self.compared)} → {after}"


def read_lines(lines: Iterable[Mapping[str, Any]]) -> list[ShownLine]:
    """From the fields of `sync.show`: money as decimal strings, dates as ISO."""
    return [
        ShownLine(
            company=line["company"],
            name=line["company_name"],
            product=line["product"],
            contract_id=line["contract_id"],
            service_id=line["service_id"],
            before=line["units_before"],
            after=line["units_after"],
            price=_decimal(line["unit_price"]),
            money=_decimal(line["money_delta"]),
            currency=line["currency"],
            effective=None if line["effective_date"] is None else date.fromisoformat(line["effective_date"]),
            status=line["status"],
            cause=line["cause"],
            fix=line["fix"],
            explanation=line["explanation"],
            outcome=line["outcome"],
            evidence=line["evidence"],
            line_id=line["line_id"],
            proration=_decimal(line["proration"]),
            deadline=None if line["deadline"] is None else date.fromisoformat(line["deadline"]),
            waiting=line["waiting"],
            evidence_code=line.get("evidence_code", ""),
            users=line.get("users"),
            instead_of=line.get("instead_of"),
        )
        for line in lines
    ]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def money_of(lines: Iterable[ShownLine]) -> Decimal | None:
    """A month; None where no line of them has money."""
    sums: dict[tuple[object, ...], Decimal] = {}
    for line in lines:
        if line.money is not None:
            sums[line.shared] = line.money
    return sum(sums.values(), Decimal(0)) if sums else None


def unbilled_of(lines: Iterable[ShownLine]) -> Decimal | None:
    """A month, of lines that are not being billed."""
    sums = {line.shared: line.unbilled for line in lines}
    known = [amount for amount in sums.values() if amount is not None]
    return sum(known, Decimal(0)) if known else None
