"""Put back: a person's order to bring a line to its former units, and what keeps it there afterwards. Pure.

Once the line stands there, the count is not written over it again by itself: until after the next invoice run
the line is left as it is, from then on a person is asked.
"""

from collections.abc import Sequence
from datetime import timedelta

from seatbridge.reconcile.dates import TooLate
from seatbridge.reconcile.facts import Facts, Key, PutBack
from seatbridge.reconcile.index import Index
from seatbridge.reconcile.rulings import NO_CHANGE, Ruling, blocked, held, skipped
from seatbridge.reconcile.targets import Member, Target
from seatbridge.reconcile.weighing import Weighed, weigh
from seatbridge.reconcile.words import a_month, day, units


def weigh_under_put_backs(index: Index, key: Key, members: Sequence[Member]) -> Weighed:
    """The line as an order makes it: another target while it is carried out, a stop while it is kept."""
    order, plain = index.facts.put_backs.get(key), weigh(index, key, members)
    if index.facts.only_put_backs and (order is None or not order.fresh):
        return _left_alone(plain)
    if order is None:
        return plain
    # A price changed since is still to be carried to the day of a write dated ahead, at the units ordered.
    if plain.stands == order.units and not order.fresh and not plain.price_moved:
        follows = plain.stop is not None or _is_billed_again(plain, order)
        return plain if follows else plain._replace(stop=_kept(plain, index.facts, order))
    ordered = weigh(index, key, members, order)
    ordered = ordered._replace(target=_target(ordered, order))
    if order.refused:
        return ordered._replace(stop=_refused(order.refused))
    moved = "" if ordered.stop else _moved_since(ordered, order)
    return ordered._replace(stop=_refused(moved)) if moved else ordered


def _is_billed_again(plain: Weighed, order: PutBack) -> bool:
    """Who is back is billed by the count: these units only stood in for it."""
    names = {name for member in plain.members for name in (member.name, (member.company.ref, ""))}
    return bool(plain.target.units) and not names.isdisjoint(order.again)


def _left_alone(weighed: Weighed) -> Weighed:
    """A put back touches its own lines alone; the others count as they stand."""
    stands = weighed.before.units
    return weighed._replace(
        target=Target(stands, "", "" if stands is None else units(stands)), stop=NO_CHANGE, day=None, note=""
    )


def _target(weighed: Weighed, order: PutBack) -> Target:
    said = f"Put back to {units(order.units)}: {order.words}"
    return Target(order.units, "", f"{said} {_invoices_keep(weighed, order)}".rstrip())


def _invoices_keep(weighed: Weighed, order: PutBack) -> str:
    """What the put back cannot change any more."""
    found, written = weighed.day, units(order.written or 0)
    if order.since is None or found is None or isinstance(found, TooLate):
        return ""
    if found.on <= order.since:
        return f"No posted invoice carries the {written}, so none is changed."
    until = found.on - timedelta(days=1)
    return f"Invoices are not changed: what covers {day(order.since)} to {day(until)} keeps {written}."


def _refused(why: str) -> Ruling:
    return blocked(
        "blocked:changed-since-preview",
        f"It cannot be put back: {why}",
        "Nothing to do. To have other units on the contract, correct the count.",
    )


def _moved_since(weighed: Weighed, order: PutBack) -> str:
    """Only what still stands as we wrote it is put back: another number is somebody's decision."""
    stands = weighed.stands
    if not order.fresh or stands == order.units:
        return ""
    if weighed.before.edited:
        return f"the line was changed in BMS by hand since. {weighed.before.edited}"
    if stands is None:
        return "the units that stand there now are not known any more."
    if stands != order.written:
        return f"{units(stands)} stand there now, and {order.written} were written."
    return ""


def _kept(weighed: Weighed, facts: Facts, order: PutBack) -> Ruling | None:
    """None: the count may be followed, since a person named the line."""
    named = any(member.name in facts.approvals.lines for member in weighed.members)
    over = weighed.terms.posting.last >= order.until
    if named or (over and facts.approvals.whole_run):
        return None
    asks, money = weighed.target.units, a_month(weighed.a_month(weighed.moves_by), facts.currency)
    said = f"Put back to {units(order.units)}: {order.words} The count asks for {asks}{money}"
    if not over:
        return skipped(
            "skipped:excluded",
            f"{said}; the line is left as it is until after the invoice run of {day(order.until)}.",
            "Nothing to do. To follow the count before that, undo it: put back the run that wrote it.",
        )
    return held(
        "awaiting-approval",
        f"{said}, and the invoice run of {day(order.until)} is over.",
        f"Approve this line to write {asks}, or correct the count. "
        f"Decide before {day(weighed.terms.posting.next)}.",
    )
