"""Limits per line (product.md section 2): a change that waits for a person, the gravest reason first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from seatbridge.reconcile.deadlines import deadline_of
from seatbridge.reconcile.decided import is_about
from seatbridge.reconcile.facts import Facts
from seatbridge.reconcile.large_moves import drops_too_far, rises_too_far
from seatbridge.reconcile.rules import ZeroPolicy
from seatbridge.reconcile.rulings import Ruling, blocked, held, skipped
from seatbridge.reconcile.weighing import Weighed
from seatbridge.reconcile.words import a_month, amount, day, either_unknown, percent, units, users


@dataclass(frozen=True, slots=True)
class Weighing:
    """One changing line beside what its holds are judged by."""

    weighed: Weighed
    facts: Facts
    counted: Mapping[str, int]  # company -> all its counts together
    named: bool  # a person named this line, or an earlier decision covers it
    with_sister: bool  # released together with the product that rises: its zero is part of that decision
    stopped: bool = False  # a person decided to stop billing who is on it
    asked_again: bool = False  # named for this very run: an earlier decision is no word on a lost answer
    decided: bool = False  # an earlier decision covers it, whatever it was held by

    @property
    def released(self) -> bool:
        """Also where a person ordered these units: that decision lasts until they are written."""
        order = self.weighed.put_back
        ordered = order is not None and not order.fresh and not self.weighed.before.edited
        return self.named or ordered

    @property
    def before(self) -> int | None:
        return self.weighed.before.units

    @property
    def after(self) -> int:
        return self.weighed.target.units or 0

    @property
    def money(self) -> Decimal | None:
        return self.weighed.a_month(self.weighed.moves_by)

    @property
    def moves(self) -> str:
        """`46 → 49 units (+$22.50 a month)`."""
        money = a_month(self.money, self.facts.currency).removeprefix(", ")
        moves = f"{either_unknown(self.before)} → {self.after} units"
        return f"{moves} ({money})" if money else moves

    @property
    def stays(self) -> str:
        """`14 units stay on the contract, $70.00 a month`."""
        before, money = self.before, self.weighed.a_month(self.before)
        stays = "its units stay" if before is None else f"{units(before)} stay{'s' if before == 1 else ''}"
        cost = "" if money is None else f", {amount(money, self.facts.currency)} a month"
        return f"{stays} on the contract{cost}"

    @property
    def deadline(self) -> str:
        return f"Decide before {day(deadline_of(self.weighed.terms.posting))}."


def hold_of(weighing: Weighing) -> Ruling | None:
    """The first hold that no approval releases; None where the change may go on."""
    rulings = (check(weighing) for check in _CHECKS)
    return next((ruling for ruling in rulings if ruling is not None), None)


def _unknown_write(weighing: Weighing) -> Ruling | None:
    pending = weighing.weighed.pending
    if pending is None or not pending.outcome_unknown or weighing.asked_again:
        return None
    return blocked(
        "outcome-unknown",
        f"The answer to our write of {pending.units} units from {day(pending.effective_date)} was lost, "
        "and such a change cannot be read before its day.",
        "Look at the contract in BMS; if the change is not there, approve this line to send it.",
    )


def _zero(weighing: Weighing) -> Ruling | None:
    policy = weighing.weighed.rules.zero_policy
    if weighing.after or weighing.with_sister or weighing.stopped or policy is ZeroPolicy.WRITE:
        return None
    if weighing.weighed.put_back is not None:
        return None  # a person's own number, and no count
    if policy is ZeroPolicy.LEAVE:
        return skipped(
            "skipped:excluded",
            f"The count is a real zero, and your rule leaves such a line as it is: {weighing.stays}.",
            "Nothing to do. If the users are gone for good, end the line in BMS.",
        )
    return held(
        "held:zero",
        f"The count is a real zero: {weighing.moves}.",
        f"If the users are really gone, stop billing them from a day; if not, correct the count. "
        f"{weighing.deadline}",
    )


def _licenses(weighing: Weighing) -> Ruling | None:
    if weighing.released:
        return None
    for member in weighing.weighed.members:
        company = member.company
        counted = weighing.counted.get(company.ref, 0)
        if company.licenses is not None and counted > company.licenses:
            return held(
                "held:anomaly",
                f"{company.name} counts {users(counted)} but has {company.licenses} licenses in "
                f"Password Boss: the data is wrong somewhere; {weighing.moves}.",
                f"Correct the counts or the licenses, or approve this line. {weighing.deadline}",
            )
    return None


def _edited(weighing: Weighing) -> Ruling | None:
    edited = weighing.weighed.before.edited
    if not edited or weighing.released:
        return None
    return held(
        "held:edited-in-bms",
        f"Changed in BMS by hand: {edited} The count asks for {weighing.moves}.",
        f"Keep {weighing.before} by leaving this line, or approve it to put {weighing.after} back. "
        f"{weighing.deadline}",
    )


def _no_price(weighing: Weighing) -> Ruling | None:
    weighed = weighing.weighed
    if weighing.released or weighed.price or not weighing.after:
        return None
    return held(
        "held:anomaly",
        f"The line has no price in BMS, so {users(weighing.after)} would be invoiced at 0.00.",
        f"Set the line's price in BMS, or approve this line. {weighing.deadline}",
    )


def _drop(weighing: Weighing) -> Ruling | None:
    before = weighing.before
    if weighing.released or before is None or not drops_too_far(weighing.weighed):
        return None
    share = Decimal(before - weighing.after) / before
    return held(
        "held:anomaly",
        f"{weighing.moves} is a large drop, {percent(share)}.",
        "Check in Password Boss whether these users are really gone (a directory connector can disable many "
        f"at once), then approve this line or correct the count. {weighing.deadline}",
    )


def _rise(weighing: Weighing) -> Ruling | None:
    company = None if weighing.released else rises_too_far(weighing.weighed)
    if company is None:
        return None
    return held(
        "held:anomaly",
        f"{weighing.moves} is a large rise, and the licenses of {company.name} are not known.",
        f"Compare with Password Boss, then approve this line or correct the count. {weighing.deadline}",
    )


def _units_unknown(weighing: Weighing) -> Ruling | None:
    if weighing.before is not None or weighing.stopped or weighing.weighed.before.unusable:
        return None
    if weighing.facts.approvals.whole_run:
        return None
    if weighing.decided or _is_first_as_seen(weighing.weighed):
        return None
    return held(
        "current-units-unknown",
        f"{weighing.weighed.before.sentence} The count asks for {weighing.after}.",
        f"Confirm the units in BMS (units set), or approve the run to write {weighing.after}. "
        f"{weighing.deadline}",
    )


def _is_first_as_seen(weighed: Weighed) -> bool:
    """Who confirmed the mapping saw the units of this write, and nothing was ever written before it."""
    known = weighed.known
    if known.written_units is not None or known.line_id is not None or len(weighed.members) > 1:
        return False
    (member,) = weighed.members
    seen = dict(member.mapping.first_units).get(member.product)
    approved = seen is not None and member.mapping.first_write_approved
    return approved and is_about(weighed.target.units, seen or 0)


def _first_write(weighing: Weighing) -> Ruling | None:
    approvals = weighing.facts.approvals
    if approvals.whole_run or weighing.decided or not approvals.first_run_done or weighing.weighed.adds_line:
        return None
    for member in weighing.weighed.members:
        if not member.mapping.first_write_approved:
            return held(
                "held:first-write",
                f"The mapping of {member.company.name} is new, and its first write was not looked at: "
                f"{weighing.moves}.",
                f"Check the contract and the units, then approve the run. {weighing.deadline}",
            )
    return None


_CHECKS: tuple[Callable[[Weighing], Ruling | None], ...] = (
    _unknown_write,
    _zero,
    _licenses,
    _edited,
    _no_price,
    _drop,
    _rise,
    _units_unknown,
    _first_write,
)
