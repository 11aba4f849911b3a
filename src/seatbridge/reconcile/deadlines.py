"""A line that waits: until when a person can decide, and what waiting costs either way."""

from datetime import date

from seatbridge.reconcile.decided import Waited
from seatbridge.reconcile.periods import Cycle
from seatbridge.reconcile.planned import Outcome
from seatbridge.reconcile.posting import Posting
from seatbridge.reconcile.rulings import Ruling
from seatbridge.reconcile.weighing import Weighed
from seatbridge.reconcile.words import amount, day

# Blocked until a person decides, and not until something is mended in BMS.
_BLOCKED_WAITING = frozenset(
    {
        "blocked:changed-since-preview",
        "blocked:duplicate-lines",
        "blocked:bulk-excluded",
        "blocked:write-method",
    }
)
_EACH = {Cycle.WEEKLY: "week", Cycle.MONTHLY: "month", Cycle.QUARTERLY: "quarter", Cycle.YEARLY: "year"}


def waits_for_person(ruling: Ruling) -> bool:
    return is_waiting(ruling.outcome, ruling.status)


def is_waiting(outcome: str, status: str) -> bool:
    return outcome == Outcome.HOLD or status in _BLOCKED_WAITING


def deadline_of(posting: Posting) -> date:
    """Decide before this day. On a posting day itself it is too late for that run."""
    return posting.following if posting.frozen else posting.next


def cost_of_waiting(weighed: Weighed, currency: str) -> str:
    """Both ways, in money of the contract's billing period; empty where there is nothing to decide on."""
    after, before, price = weighed.target.units, weighed.before.units, weighed.price
    cycle = weighed.terms.cycle
    if after is None or price is None or cycle is None or after == before:
        return ""
    each = _EACH[cycle]
    if before is None:
        return (
            "What waiting costs cannot be told while the units on the contract are not known; "
            f"{after} would be {amount(after * price, currency)} a {each}."
        )
    money = amount(abs(after - before) * price, currency)
    waiting, writing = ("too much", "too little") if after < before else ("too little", "too much")
    return (
        f"If {after} is right, waiting invoices {money} a {each} {waiting}; "
        f"if {before} is right, writing {after} invoices {money} a {each} {writing}."
    )


def missed_run(weighed: Weighed, waited: Waited | None) -> date | None:
    """The newest invoice run that went by while this line waited."""
    if waited is None:
        return None
    return waited.deadline if waited.deadline < deadline_of(weighed.terms.posting) else waited.missed


def missed_words(weighed: Weighed, missed: date) -> str:
    units = "its units" if weighed.before.units is None else f"{weighed.before.units} units"
    return f"Missed the run of {day(missed)}: nobody had decided, so {units} stayed on the contract."
