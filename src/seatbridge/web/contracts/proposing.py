"""The billing calendar that past invoices speak for: read on demand, accepted by a person."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from seatbridge.catalog.finding import contracts_seen
from seatbridge.integrations.calendar_words import calendar_sentences
from seatbridge.integrations.calendars import AS_ALL_OTHERS, billing_calendar
from seatbridge.integrations.changing import SettingRefused
from seatbridge.integrations.clocks import billing_now, clock
from seatbridge.integrations.connecting import connected
from seatbridge.integrations.models import Integration
from seatbridge.mappings.models import CalendarProposal
from seatbridge.mappings.proposed_calendar import (
    MOVED,
    accept_proposal,
    calendar_proposed,
    changes_calendar,
    seal_of,
    terms_proposed,
)
from seatbridge.mappings.proposing_behind import begin_proposal, proposal_reading_of
from seatbridge.mappings.terms_files import say
from seatbridge.partners.roles import Right
from seatbridge.web.integrations.asked import asked_integration

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Row:
    contract_id: int
    name: str
    account: str
    before: str
    after: str
    evidence: str


def show(request: HttpRequest, number: int) -> HttpResponse:
    """GET: what the last reading says. POST: read the invoices."""
    post = request.method == "POST"
    access, integration = asked_integration(request, number, Right.SETTINGS if post else Right.VIEW)
    reading = begin_proposal(integration, connected) if post else proposal_reading_of(integration)
    if post:
        return redirect("contracts-proposal", integration.pk)
    proposal = access.scoped(CalendarProposal).filter(integration=integration).first()
    context = {
        "section": "integrations",
        "integration": integration,
        "proposal": proposal,
        "reading": reading,
        "may_set": access.may(Right.SETTINGS),
    }
    if proposal is not None:
        context |= _said(integration, proposal)
    return render(request, "contracts/proposal.html", context)


def _said(integration: Integration, proposal: CalendarProposal) -> dict[str, object]:
    now, stands = billing_now(integration), billing_calendar(integration)
    told = proposal.document["contracts"]
    names = contracts_seen(integration, [each["contract_id"] for each in told[:SHOWN]])
    terms = terms_proposed(proposal)
    rows = []
    for each in told[:SHOWN]:
        contract_id = each["contract_id"]
        seen = names.get(contract_id)
        rows.append(
            Row(
                contract_id,
                seen.name if seen else f"Contract {contract_id}",
                seen.account_name if seen else "",
                say(stands.contracts.get(contract_id, AS_ALL_OTHERS)),
                say(terms[contract_id]),
                each["evidence"],
            )
        )
    return {
        "rows": rows,
        "contracts": len(told),
        "not_shown": len(told) - len(rows),
        "changes": changes_calendar(integration, proposal),
        "sentences": list(calendar_sentences(calendar_proposed(proposal, stands), now)),
        "stale": MOVED if proposal.accepted_at is None and proposal.basis != seal_of(stands) else "",
    }


@require_POST
def accept(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.SETTINGS)
    chosen = None
    if request.POST.get("do") == "ticked":
        texts = request.POST.getlist("contract")
        chosen = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) <= 18]
    try:
        changed = accept_proposal(
            integration,
            read_at=_instant(request.POST.get("read_at", "")),
            contracts=chosen,
            actor=access.actor,
            now=clock().now(),
        )
    except SettingRefused as refused:
        messages.warning(request, str(refused))
        return redirect("contracts-proposal", integration.pk)
    contracts = f" {changed:,} contract{'' if changed == 1 else 's'} changed." if changed else ""
    messages.success(request, f"The billing calendar is as the invoices say.{contracts}")
    return redirect("contracts", integration.pk)


def _instant(text: str) -> datetime:
    """Raises SettingRefused."""
    refused = SettingRefused("Say which proposal you accept: load this page again.")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise refused from None
    if found.tzinfo is None:
        raise refused
    return found
