"""Who left Password Boss: stop billing them from a day, several at once; and whoever came back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_POST

from seatbridge.integrations.clocks import billing_now, clock
from seatbridge.integrations.models import Integration
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right
from seatbridge.sync.approvable import may_be_approved
from seatbridge.sync.models import Instruction
from seatbridge.sync.requesting import request_run
from seatbridge.sync.starting import Asked
from seatbridge.sync.stated.stop_billing import (
    From,
    Leaver,
    StopRefused,
    Wish,
    leavers_of,
    stop_billing,
)
from seatbridge.sync.stated.taking_back import TakenBack, runs_ahead, take_back
from seatbridge.web.asked_text import asked_text
from seatbridge.web.changes.answers import plans_it, tell
from seatbridge.web.changes.rows import PRODUCTS, pair_of
from seatbridge.web.chosen import chosen_integration
from seatbridge.web.links import company_url
from seatbridge.web.numbers import number_of
from seatbridge.web.wording import day_words, money_words

STARTS = (
    (From.NEXT_PERIOD, "From its next period"),
    (From.CONTRACT_END, "With its contract: nothing is written"),
    (From.DATE, "From a day"),
)

STAYS = "The decision stays: what it wrote for a day to come cannot be put back now."


@dataclass(frozen=True, slots=True)
class LeaverRow:
    leaver: Leaver
    product: str
    pair: str
    url: str
    money: str  # a month, of what stays on contract
    next_period: str
    contract_end: str
    deadline: str
    cause: str
    decided: str
    waits_at: str  # the page on which what was decided still waits for a person; empty: it does not
    takes_back: bool


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    chosen = chosen_integration(request, access)
    if chosen.integration is None:
        return render(request, "changes/empty.html", {"step": "connect"})
    return _page(request, access, chosen.integration, {"integrations": chosen.others})


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.APPROVE)
    integration = access.one(Integration, pk=number_of(request.POST.get("integration", "")))
    pairs = [pair_of(text) for text in request.POST.getlist("line")]
    start, on = request.POST.get("from", ""), asked_text(request.POST, "on")
    try:
        wish = _wish(integration, access, start, on)
        rows = stop_billing(integration, pairs, wish)
    except StopRefused as refused:
        facts = {"error": refused.sentence, "ticked": request.POST.getlist("line"), "start": start, "on": on}
        return _page(request, access, integration, facts)
    companies = sorted({row.company for row in rows})
    answer = request_run(integration, Asked(actor=access.actor, companies=companies), clock().now())
    messages.success(request, f"{_said(rows)} {plans_it(answer)}".rstrip())
    return _back(integration)


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.APPROVE)
    integration = access.one(Integration, pk=number_of(request.POST.get("integration", "")))
    pair = pair_of(request.POST.get("line", ""))
    now = clock().now()
    done = take_back(integration, [pair], actor=access.actor, now=now, billing_now=billing_now(integration))
    if not isinstance(done, TakenBack):
        tell(request, done, "")
        messages.warning(
            request, "The decision stays: what it wrote for a day to come cannot be put back now."
        )
    elif not done.pairs:
        messages.info(request, "Nothing was decided on it any more: nothing was done.")
    elif done.run is not None:
        said = f"The decision is taken back. Run {done.run.pk} puts back what was written."
        messages.success(request, said)
    else:
        answer = request_run(integration, Asked(actor=access.actor, companies=[pair[0]]), now)
        messages.success(request, f"The decision is taken back. {plans_it(answer)}")
    return _back(integration)


def _wish(integration: Integration, access: Access, start: str, on: str) -> Wish:
    if start not in list(From):
        raise StopRefused("from", "Choose from when: the next period, the contract's end, or a day.")
    chosen: date | None = None
    if start == From.DATE:
        try:
            chosen = parse_date(on)
        except ValueError:
            chosen = None
        if chosen is None:
            raise StopRefused("on", "Say from which day on, as 2026-12-01.")
    return Wish(From(start), chosen, access.actor, clock().now(), billing_now(integration))


def _said(rows: Iterable[Instruction]) -> str:
    found = list(rows)
    days = {row.from_date for row in found}
    what = f"{len(found)} {'company' if len(found) == 1 else 'companies'}"
    if days == {None}:
        return f"Billing of {what} stops with the contract: nothing is written to BMS."
    if len(days) == 1:
        day = "".join(day_words(on) for on in days if on is not None)
        return f"Billing of {what} stops from {day}."
    return f"Billing of {what} stops, each from its own day."


def _back(integration: Integration) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('leavers')}?{urlencode({'integration': integration.pk})}")


def _page(
    request: HttpRequest, access: Access, integration: Integration, more: Mapping[str, object]
) -> HttpResponse:
    now = billing_now(integration)
    leavers = leavers_of(integration, now)
    ahead = runs_ahead(integration, leavers, now.date())
    at = f"{reverse('changes')}?{urlencode({'integration': integration.pk})}"
    rows = [_row(each, at, is_ahead=each.pair in ahead) for each in leavers]
    facts = {
        "integration": integration,
        "waiting": [row for row in rows if row.leaver.waits],
        "back": [row for row in rows if row.leaver.is_back],
        "decided": [row for row in rows if not row.leaver.waits and not row.leaver.is_back],
        "may_approve": access.may(Right.APPROVE),
        "starts": STARTS,
        "start": From.NEXT_PERIOD,
        "section": "changes",
        **more,
    }
    return render(request, "changes/left.html", facts)


def _row(leaver: Leaver, changes: str, *, is_ahead: bool) -> LeaverRow:
    terms, line = leaver.terms, leaver.lines[0]
    following = None if terms is None else terms.next_period
    return LeaverRow(
        leaver=leaver,
        product=PRODUCTS.get(leaver.product, leaver.product),
        pair=f"{leaver.company}/{leaver.product}",
        url=company_url(leaver.company),
        money="" if leaver.money is None else f"{money_words(-Decimal(leaver.money), line.currency)} / month",
        next_period="" if following is None else day_words(following),
        contract_end="" if terms is None or terms.rhythm.end is None else day_words(terms.rhythm.end),
        deadline="" if terms is None else day_words(terms.posting.next),
        cause=line.cause,
        decided=_decided(leaver, is_ahead=is_ahead),
        waits_at=f"{changes}&{urlencode({'search': leaver.company})}" if _is_held(leaver) else "",
        takes_back=is_ahead or (leaver.stop is not None and leaver.stop.state == Instruction.State.OPEN),
    )


def _is_held(leaver: Leaver) -> bool:
    """Decided, and yet nothing of it is written: its line waits, with its run or by itself."""
    is_open = leaver.stop is not None and leaver.stop.state == Instruction.State.OPEN
    return is_open and any(may_be_approved(line) for line in leaver.lines)


def _decided(leaver: Leaver, *, is_ahead: bool) -> str:
    row = leaver.stop
    if row is None:
        return ""
    when = "with its contract" if row.from_date is None else f"from {day_words(row.from_date)}"
    if is_ahead:
        done = " Its 0 is written for that day; taking the decision back puts that back too."
    elif row.state == Instruction.State.DONE:
        done = " Done. To bill it on, put back the run that wrote its 0, under History."
    else:
        done = ""
    return f"Billing stops {when}. Decided by {row.given_by}.{done}"
