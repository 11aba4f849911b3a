"""What is said of a line whose contract has ended, or of which every period is posted: never nothing."""

from typing import TYPE_CHECKING

from seatbridge.psa.records import Contract
from seatbridge.reconcile.dates import TooLate, WriteDay
from seatbridge.reconcile.index import Index
from seatbridge.reconcile.periods import ONE_DAY
from seatbridge.reconcile.renewals import Followers
from seatbridge.reconcile.rulings import NO_CHANGE, Ruling, blocked, held
from seatbridge.reconcile.words import day, either_unknown

if TYPE_CHECKING:
    from seatbridge.reconcile.weighing import Weighed

ENDED = "blocked:contract-ended"
CHOOSE = "Choose the one that follows it: Companies, Renewals."


def is_at_an_end(stop: Ruling | None, on: WriteDay | None) -> bool:
    """Nothing can be written to the contract any more."""
    return stop.status == ENDED if stop is not None else isinstance(on, TooLate)


def rule_on_renewal(index: Index, weighed: "Weighed") -> Ruling | None:
    """None: nothing is known that follows it."""
    old = weighed.terms.contract
    if old is None or old.end is None:
        return None
    accepted = index.facts.renewals.get(old.id)
    successor = None if accepted is None else index.facts.contracts.get(accepted.successor_id)
    if successor is not None:
        return _accepted(weighed, old, successor)
    account_id = next((each.mapping.account_id for each in weighed.members), None)
    found = index.followers(old, account_id)
    over = _over(old, weighed)
    if found.one is not None:
        return _proposed(weighed, over, found.one)
    return _several_or_none(over, found)


def _over(old: Contract, weighed: "Weighed") -> str:
    ended = old.end is not None and old.end < weighed.terms.today
    end = "" if old.end is None else day(old.end)
    return f"{old.name} ended on {end}" if ended else f"{old.name} ends on {end}, and all of it is posted"


def _accepted(weighed: "Weighed", old: Contract, successor: Contract) -> Ruling:
    move = f"{either_unknown(weighed.before.units)} → {weighed.target.units} units"
    gap = "" if old.end is None or successor.start == old.end + ONE_DAY else " Nothing bills until then."
    return Ruling(
        NO_CHANGE.outcome,
        "planned",
        f"{_over(old, weighed)}. {successor.name} was accepted as the one that follows: {move} is compared "
        f"with it from {day(successor.start)} on.{gap}",
        "Nothing to do.",
    )


def _proposed(weighed: "Weighed", over: str, one: Contract) -> Ruling:
    move = f"{either_unknown(weighed.before.units)} → {either_unknown(weighed.target.units)} units"
    return held(
        "held:renewal",
        f"{over}, and was renewed: {one.name} carries the same services from {day(one.start)} on, with its "
        f"units as they were cloned; {move} as last known.",
        f"Accept it: Companies, Renewals. Decide before {day(weighed.terms.posting.next)}.",
    )


def _several_or_none(over: str, found: Followers) -> Ruling | None:
    if found.fitting:
        names = ", ".join(f"{each.name} ({each.id})" for each in found.fitting)
        return blocked(ENDED, f"{over}, and {len(found.fitting)} contracts may follow it: {names}.", CHOOSE)
    if found.near:
        other, wrong = found.near[0]
        return blocked(ENDED, f"{over}. {other.name} {wrong.partition('. ')[0]}.", _fix(wrong))
    return None


def _fix(wrong: str) -> str:
    said = wrong.partition(". ")[2]
    return f"{said}." if said else "Map the company to a Recurring Services contract of its account."
