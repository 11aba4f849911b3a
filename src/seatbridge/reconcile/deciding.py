"""A change that no hold keeps: written now, later, by hand, or not at all, by the write method in force."""

from decimal import Decimal
from typing import NamedTuple

from seatbridge.reconcile.dates import ByHand, Later, TooLate, WriteDay, WriteNow
from seatbridge.reconcile.facts import BmsReading, Facts, Method, Verdict
from seatbridge.reconcile.large_moves import goes_without_asking, is_large
from seatbridge.reconcile.periods import ONE_DAY
from seatbridge.reconcile.planned import PlannedWrite
from seatbridge.reconcile.rulings import Ruling, blocked, held, planned, skipped
from seatbridge.reconcile.weighing import Weighed
from seatbridge.reconcile.words import a_month, amount, day, either_unknown

_NEEDS_BULK = (Method.REPLACE, Method.PRICE_CARRYING)
PRORATES_UNKNOWN = "BMS prorates the difference, and by how much cannot be told"
AT_ONCE = "an approved Sync Now writes it at once"


class Decision(NamedTuple):
    ruling: Ruling
    write: PlannedWrite | None = None


def decide(weighed: Weighed, facts: Facts) -> Decision:
    """For a line whose units are to change; the write stands only if nothing holds the run."""
    stop = _stop(weighed, facts) or _method_stop(weighed, facts.verdict) or _price_stop(weighed, facts)
    if stop is not None:
        return Decision(stop)
    found, move = weighed.day, _move(weighed, facts)
    if isinstance(found, TooLate) or found is None:
        why = "its periods are not known" if found is None else found.why
        return Decision(
            blocked(
                "blocked:contract-ended",
                f"{move} cannot be written: {why}.",
                "Renew the contract in BMS, or map the company to the contract that follows it.",
            )
        )
    move, notes = f"{move} from {day(found.on)}", _notes(weighed, facts)
    if isinstance(found, ByHand):
        return Decision(_by_hand(weighed, f"{move}: {found.why}.{notes}", found))
    if isinstance(found, Later):
        later = f"Nothing to do: written from {day(found.on)} on."
        return Decision(planned(f"{move}: {found.why}.{notes}", later))
    waits = _waits(weighed, facts)
    if waits:
        return Decision(planned(f"{move}: {waits}{notes}"))
    unknown = _unknown_proration(weighed, found)
    return Decision(planned(f"{move}.{unknown}{notes}"), _write(weighed, facts, found))


def _unknown_proration(weighed: Weighed, found: WriteNow) -> str:
    if not found.shares or weighed.moves_by is not None:
        return ""
    return f" {PRORATES_UNKNOWN}: the units that stand there now are not known."


def _price_stop(weighed: Weighed, facts: Facts) -> Ruling | None:
    """A price changed after a write of ours dated ahead, where nothing can be dated that day any more."""
    line, pending = weighed.line, weighed.pending
    if not weighed.price_moved or isinstance(weighed.day, WriteNow):
        return None
    if line is None or pending is None or pending.price is None:
        return None
    now, then = amount(line.unit_price, facts.currency), amount(pending.price, facts.currency)
    on = day(pending.effective_date)
    return held(
        "held:edited-in-bms",
        f"The price was changed in BMS to {now}, but {pending.units} units from {on} were written before "
        f"that at {then}: from that day on BMS may show {then} again.",
        f"In BMS set the price from {on} to {now} by hand, and look at the line again on that day.",
    )


def _notes(weighed: Weighed, facts: Facts) -> str:
    """What the partner's rules had to do with it, where that is not the preset."""
    limit = weighed.rules.auto_approve_under
    let_go = ""
    if limit is not None and is_large(weighed) and goes_without_asking(weighed):
        let_go = f" A large change under {amount(limit, facts.currency)} a month: your rule lets it go."
    return f"{let_go} {weighed.note}".rstrip() if weighed.note else let_go


def _move(weighed: Weighed, facts: Facts) -> str:
    money = a_month(weighed.a_month(weighed.shown_move), facts.currency)
    return f"{either_unknown(weighed.shown_before)} → {weighed.target.units} units{money}"


def _stop(weighed: Weighed, facts: Facts) -> Ruling | None:
    if not facts.enabled:
        return skipped(
            "skipped:disabled",
            f"{_move(weighed, facts)}: the integration is off, so nothing is written.",
            "Switch the integration on to have it written.",
        )
    if facts.stopped:
        return blocked(
            "error:verification",
            f"Writing is stopped: {facts.stopped}.",
            "Look at the contracts named there in BMS, then switch the integration on again.",
        )
    return None


def _method_stop(weighed: Weighed, verdict: Verdict) -> Ruling | None:
    method = verdict.method
    if method is None and not verdict.needs_canary:
        return _choose_method(verdict)
    if weighed.adds_line and method is Method.PRICE_CARRYING:
        return blocked(
            "blocked:line-missing",
            "A line that carries its users in its price is not added by a program.",
            f"{_add_by_hand(weighed)} Then state its units (units set) and one user's price (lines carried).",
        )
    if weighed.before.unusable:
        return blocked(
            "blocked:write-method",
            f"This line cannot be written: {weighed.before.unusable}.",
            f"{_set_by_hand(weighed)} Or state its units (units set) and one user's price (lines carried).",
        )
    if method in _NEEDS_BULK and weighed.line is not None and weighed.line.excluded_from_bulk:
        return blocked(
            "blocked:bulk-excluded",
            "BMS leaves this line out of bulk updates, and the write method in force needs one.",
            "Take the line's exclusion from bulk updates off in BMS, or change its units by hand.",
        )
    return None


def _choose_method(verdict: Verdict) -> Ruling:
    cause, choices = {
        BmsReading.APPENDS: (
            "Your BMS adds a second line instead of changing the first",
            "replace, or by-hand",
        ),
        BmsReading.REJECTS: ("Your BMS refuses a second posting of a service", "price-carrying, or by-hand"),
    }.get(
        verdict.reading,
        (f"The test write was not clear{f': {verdict.why}' if verdict.why else ''}", "replace, or by-hand"),
    )
    return blocked(
        "blocked:write-method",
        f"{cause}, so a person chooses how units are written.",
        f"Choose a write method: {choices}.",
    )


def _by_hand(weighed: Weighed, cause: str, found: ByHand) -> Ruling:
    return blocked("blocked:write-method", cause, _set_by_hand(weighed, found))


def _set_by_hand(weighed: Weighed, found: WriteDay | None = None) -> str:
    """The checklist's sentence for a person in BMS."""
    if weighed.adds_line:
        return _add_by_hand(weighed)
    service = "" if weighed.line is None else weighed.line.name
    planned = found or weighed.day
    start = "" if planned is None or isinstance(planned, TooLate) else f" from {day(planned.on)}"
    return (
        f"In BMS set {weighed.terms.name} · {service} from {either_unknown(weighed.before.units)} to "
        f"{weighed.target.units} units{start}."
    )


def _add_by_hand(weighed: Weighed) -> str:
    line = weighed.line
    if line is None:
        return ""
    planned, units = weighed.day, weighed.target.units or 0
    start = "" if planned is None or isinstance(planned, TooLate) else f" from {day(planned.on)}"
    return (
        f"In BMS add {line.name} to {weighed.terms.name} with {units} "
        f"{'unit' if units == 1 else 'units'} at {line.unit_price:.2f}{start}."
    )


def _waits(weighed: Weighed, facts: Facts) -> str:
    """Why a change that is due is not written in this run; empty: it is."""
    posting = weighed.terms.posting
    if posting.frozen:
        return (
            f"today is posting day, and nothing is written before {facts.calendar.freeze_until:%H:%M} "
            "unless posting is recorded as done."
        )
    last = facts.last_before_posting and posting.next - weighed.terms.today <= ONE_DAY
    if facts.verdict.method in _NEEDS_BULK and not facts.approvals.whole_run and not last:
        return (
            f"{facts.verdict.method} writes a line once a period, in the last sync before posting on "
            f"{day(posting.next)}; {AT_ONCE}."
        )
    return ""


def _write(weighed: Weighed, facts: Facts, found: WriteNow) -> PlannedWrite | None:
    line, after, price = weighed.line, weighed.target.units, weighed.price
    if line is None or after is None or price is None:
        return None
    earliest = weighed.terms.earliest
    # A test write zeroes a price by a bulk update, and what the date of one means is not known: only the
    # first day of a period that has begun is right under every meaning.
    begun = earliest is not None and found.on == earliest.start <= weighed.terms.today
    tries = weighed.line_stands and line.unit_price > 0 and not line.excluded_from_bulk
    return PlannedWrite(
        key=weighed.key,
        line=line,
        members=tuple(member.name for member in weighed.members),
        units_before=weighed.before.units,
        evidence=weighed.before.evidence,
        units_after=after,
        effective_date=found.on,
        ahead=found.ahead,
        method=facts.verdict.method,
        canary_able=tries and begun and not found.ahead,
        unit_price=price,
        unit_cost=line.unit_cost if weighed.cost is None else weighed.cost,
        stake=weighed.a_month(max(after, weighed.before.units or 0)) or Decimal(0),
        creates=weighed.adds_line,
    )
