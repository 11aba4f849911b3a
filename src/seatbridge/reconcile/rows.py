"""Planned lines, as people read them."""

from datetime import date
from decimal import Decimal

from seatbridge.reconcile.basis import Basis, basis_of_skipped
from seatbridge.reconcile.dates import TooLate, WriteNow
from seatbridge.reconcile.deadlines import cost_of_waiting, deadline_of, waits_for_person
from seatbridge.reconcile.money import prorated
from seatbridge.reconcile.planned import PlannedLine
from seatbridge.reconcile.rulings import Ruling
from seatbridge.reconcile.targets import Member
from seatbridge.reconcile.weighing import Weighed
from seatbridge.reconcile.words import users


def planned_lines(weighed: Weighed, ruling: Ruling, basis: Basis, currency: str) -> list[PlannedLine]:
    """Every member of a shared line shows that line: its units, its money, its ruling."""
    moves_by = _shown_move(weighed)
    money, money_period = weighed.a_month(moves_by), weighed.a_period(moves_by)
    effective, proration = _dates(weighed, moves_by if weighed.instead_of is None else weighed.moves_by)
    return [
        PlannedLine(
            company=member.company.ref,
            company_name=member.company.name,
            product=member.product,
            contract_id=weighed.key[0],
            service_id=weighed.key[1],
            line_id=None if weighed.line is None else weighed.line.id or None,
            units_before=weighed.before.units,
            evidence=weighed.before.sentence,
            units_after=weighed.target.units,
            explanation=weighed.target.explanation,
            unit_price=weighed.price,
            currency=currency,
            money_delta=money,
            money_delta_period=money_period,
            effective_date=effective,
            proration=proration,
            outcome=ruling.outcome,
            status=ruling.status,
            cause=_cause(ruling, member),
            fix=ruling.fix,
            basis=basis,
            evidence_code=weighed.before.evidence,
            deadline=deadline_of(weighed.terms.posting),
            waiting=_waiting(weighed, ruling, currency),
            users=member.users,
            instead_of=weighed.instead_of,
        )
        for member in weighed.members
    ]


def _waiting(weighed: Weighed, ruling: Ruling, currency: str) -> str:
    return (ruling.waiting or cost_of_waiting(weighed, currency)) if waits_for_person(ruling) else ""


def _shown_move(weighed: Weighed) -> int | None:
    """Where no line stands, all of the units are what is not being billed."""
    return weighed.target.units if weighed.line is None else weighed.shown_move


def _dates(weighed: Weighed, moves_by: int | None) -> tuple[date | None, Decimal | None]:
    found = weighed.day
    if found is None or isinstance(found, TooLate):
        pending = weighed.pending
        return (None if pending is None else pending.effective_date), None
    shares = found.shares if isinstance(found, WriteNow) else ()
    if not shares or moves_by is None or weighed.price is None:
        return found.on, None
    return found.on, prorated(moves_by, weighed.price, shares)


def _cause(ruling: Ruling, member: Member) -> str:
    warning = member.count.warning
    return f"{ruling.cause} {warning}".strip() if warning else ruling.cause


def skipped_line(
    member: Member, ruling: Ruling, service_id: int | None, price: Decimal | None, currency: str
) -> PlannedLine:
    """A company or product that is not mapped, or excluded: shown, never written."""
    value = None if member.count.stale else member.count.value
    return PlannedLine(
        company=member.company.ref,
        company_name=member.company.name,
        product=member.product,
        contract_id=member.mapping.contract_id,
        service_id=service_id,
        line_id=None,
        units_before=None,
        evidence="",
        units_after=None,
        explanation="" if value is None else users(value),
        unit_price=price,
        currency=currency,
        money_delta=None if value is None or price is None else value * price,
        money_delta_period=None,
        effective_date=None,
        proration=None,
        outcome=ruling.outcome,
        status=ruling.status,
        cause=_cause(ruling, member),
        fix=ruling.fix,
        basis=basis_of_skipped(member),
        users=member.users,
    )
