"""Companies that left Password Boss, products that fell to 0, and those that came back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from seatbridge.reconcile.facts import Pending, Stop
from seatbridge.reconcile.rulings import Ruling, held
from seatbridge.reconcile.targets import Member
from seatbridge.reconcile.words import day, product_name, units, users


class Returned(NamedTuple):
    """Decided on, and here again."""

    member: Member
    stop: Stop


class Ending(NamedTuple):
    """What persons decided on the members of one line."""

    stop: Stop | None = None  # the latest of those still to be carried out
    is_whole: bool = False  # nobody is left on the line
    undecided: Member | None = None  # left, and nobody has decided on it
    returned: Returned | None = None


NOTHING = Ending()


def ending_of(members: Sequence[Member], stops: Mapping[tuple[str, str], Stop]) -> Ending:
    """Nearly every line has neither leavers nor stops."""
    if not stops:
        left = next((member for member in members if member.has_left), None)
        return NOTHING if left is None else Ending(undecided=left)
    found = [(member, stop_of(member, stops)) for member in members]
    gone = [(member, stop) for member, stop in found if is_gone(member)]
    stopped = [stop for _, stop in gone if stop is not None]
    is_whole = len(stopped) == len(members)
    open_stops = [stop for stop in stopped if is_whole or not stop.done]
    return Ending(
        stop=max(open_stops, key=lambda stop: stop.on or date.max) if open_stops else None,
        is_whole=is_whole,
        undecided=next((member for member, stop in gone if member.has_left and stop is None), None),
        returned=next(
            (Returned(member, stop) for member, stop in found if stop is not None and _is_back(member)), None
        ),
    )


def stop_of(member: Member, stops: Mapping[tuple[str, str], Stop]) -> Stop | None:
    """Of the whole company, or of this product."""
    ref, product = member.name
    return stops.get((ref, "")) or stops.get((ref, product))


def is_gone(member: Member) -> bool:
    """A real zero counts as gone; a count that is missing does not."""
    return member.has_left or (member.count.value == 0 and not member.count.stale)


def _is_back(member: Member) -> bool:
    return not member.has_left and bool(member.count.value) and not member.count.stale


def returned_ruling(member: Member, stop: Stop) -> Ruling:
    when = "with its contract" if stop.on is None else f"from {day(stop.on)}"
    return held(
        "left-password-boss",
        f"{member.company.name} is back in Password Boss with {users(member.count.value or 0)} of "
        f"{product_name(member.product)}, after it was decided to stop billing it {when}.",
        "Bill it again, or exclude it with a reason.",
    )


def left_though_stopped(leaver: Member, pending: Pending, next_posting: date) -> Ruling:
    """The decision was taken back after it was written for a day to come: that stands in BMS."""
    return held(
        "left-password-boss",
        f"{leaver.company.name} {_why_left(leaver)}; {units(pending.units)} from "
        f"{day(pending.effective_date)} are written already, without it, "
        f"and nobody's decision asks for them any more.",
        f"Stop billing it again, or put that run back under History to bill it on. Decide before "
        f"{day(next_posting)}.",
    )


def left_ruling(leaver: Member, stake: str, next_posting: date) -> Ruling:
    """`stake`: `; 5 units stay on the contract, $25.00 a month`, or nothing where it is not known."""
    return held(
        "left-password-boss",
        f"{leaver.company.name} {_why_left(leaver)}{stake}.",
        f"Stop billing it from the next period, the contract's end or a date. Decide before "
        f"{day(next_posting)}.",
    )


def _why_left(leaver: Member) -> str:
    why = "is not in the complete list of companies any more"
    if leaver.company.licenses == 0:
        why = "has no licenses any more"
    elif leaver.company.state == "inactive":
        why = "is inactive in Password Boss"
    return why
