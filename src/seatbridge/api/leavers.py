"""Who left Password Boss: listed, stopped, billed again. The next sync writes what was decided."""

from typing import Any

from ninja import Query

from seatbridge.api.answers import not_started
from seatbridge.api.calls import Call
from seatbridge.api.integrations import PATH
from seatbridge.api.operations import resource
from seatbridge.api.paging import Found, Paging, cut, read_cursor
from seatbridge.api.problems import FieldError, Problem
from seatbridge.api.schemas.leavers import AgainIn, LeaverNamed, LeaverOut, StopIn
from seatbridge.api.schemas.pages import Page
from seatbridge.integrations.clocks import billing_now, clock
from seatbridge.partners.roles import Right
from seatbridge.sync.approvable import Pair
from seatbridge.sync.models import Instruction
from seatbridge.sync.stated.stop_billing import (
    From,
    Leaver,
    StopRefused,
    Wish,
    leavers_of,
    stop_billing,
)
from seatbridge.sync.stated.taking_back import TakenBack, take_back

leavers = resource("Leavers")
FIELDS = {"companies": "leavers", "from": "start", "on": "on"}


@leavers.operation("GET", f"{PATH}/leavers", Page[LeaverOut])
def list_leavers(request: Call, paging: Query[Paging]) -> Found:
    """List who left Password Boss, and which products fell to 0, as the last plan has it."""
    return _listed(request, paging)


@leavers.operation(
    "POST", f"{PATH}/stop-billing", list[LeaverOut], right=Right.APPROVE, body="application/json"
)
def stop_billing_leavers(request: Call, body: StopIn) -> list[dict[str, Any]]:
    """Stop billing leavers from their next period, with the contract, or from a day: all of them or none.

    The next sync writes 0 units from that day.
    """
    integration, pairs = request.integration, _pairs(body.leavers)
    now = billing_now(integration)
    wish = Wish(From(body.start), body.on, request.access.actor, clock().now(), now)
    try:
        stop_billing(integration, pairs, wish)
    except StopRefused as refused:
        field = FIELDS[refused.field]
        raise Problem(422, refused.sentence, errors=[FieldError(field, refused.sentence)]) from refused
    return _shown(request, pairs)


@leavers.operation(
    "POST",
    f"{PATH}/bill-again",
    list[LeaverOut],
    right=Right.APPROVE,
    body="application/json",
    problems=(409,),
)
def bill_leavers_again(request: Call, body: AgainIn) -> list[dict[str, Any]]:
    """Take decisions back: the next sync bills the count again, or asks again about who left.

    A 0 that is written already, for a day to come, is put back by a run that is started; where that cannot be
    now, nothing is changed: 409.
    """
    pairs, now = _pairs(body.leavers), billing_now(request.integration)
    done = take_back(
        request.integration, pairs, actor=request.access.actor, now=clock().now(), billing_now=now
    )
    if not isinstance(done, TakenBack):
        raise not_started(done)
    return _shown(request, pairs)


def _pairs(named: list[LeaverNamed]) -> list[Pair]:
    return [(each.company, each.product or "") for each in named]


def _shown(request: Call, pairs: list[Pair]) -> list[dict[str, Any]]:
    found = leavers_of(request.integration, billing_now(request.integration))
    return [_row(each) for each in found if each.pair in set(pairs)]


def _listed(request: Call, paging: Paging) -> Found:
    found = leavers_of(request.integration, billing_now(request.integration))
    (start,) = read_cursor(request, paging) or (0,)
    rows = list(enumerate(found))[start : start + paging.limit + 1]
    page = cut(request, rows, paging, lambda each: [each[0] + 1])
    return Found([_row(each) for _, each in page.items], page.next_cursor)


def _row(leaver: Leaver) -> dict[str, Any]:
    terms, stop = leaver.terms, leaver.stop
    return {
        "company": leaver.company,
        "product": leaver.product or None,
        "state": _state(leaver),
        "cause": leaver.lines[0].cause,
        "units": leaver.units,
        "money_delta": leaver.money,
        "next_period": None if terms is None else terms.next_period,
        "contract_end": None if terms is None else terms.rhythm.end,
        "decide_before": None if terms is None else terms.posting.next,
        "stops_from": None if stop is None else stop.from_date,
    }


def _state(leaver: Leaver) -> str:
    if leaver.is_back:
        return "back"
    if leaver.stop is None:
        return "waiting"
    return "done" if leaver.stop.state == Instruction.State.DONE else "decided"
