"""One contract's own place in the billing calendar."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from seatbridge.catalog import finding
from seatbridge.integrations.calendars import AS_ALL_OTHERS, billing_calendar, plain_terms, set_terms
from seatbridge.integrations.clocks import billing_now
from seatbridge.integrations.models import Integration
from seatbridge.partners.roles import Right
from seatbridge.reconcile.calendar import ContractTerms
from seatbridge.web.contracts.listing import row_of
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.integrations.forms import Terms
from seatbridge.web.integrations.stale import Stale, guarded, seal_of
from seatbridge.web.integrations.typed import typed


def edit(request: HttpRequest, number: int, contract_id: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.SETTINGS)
    contract = finding.contract(integration, contract_id) if contract_id < 2**63 else None
    if contract is None or contract.gone:
        raise Http404
    stands = terms_of(integration, contract_id)
    form = Terms(initial=_typed_of(stands))
    if request.method == "POST":
        form = Terms(typed(request))
        if form.is_valid():
            wanted = form.terms
            try:
                with guarded(
                    request,
                    access,
                    integration,
                    lambda row: plain_terms(terms_of(row, contract_id)),
                    plain_terms(wanted),
                ):
                    set_terms(integration, {contract_id: wanted}, actor=access.actor)
            except Stale as stale:
                form.add_error(None, str(stale))
            else:
                messages.success(request, f"Saved for {contract.name}.")
                return redirect("contracts", integration.pk)
    calendar = billing_calendar(integration)
    context = {
        "section": "integrations",
        "integration": integration,
        "contract": contract,
        "row": row_of(contract, calendar, billing_now(integration)),
        "form": form,
        "was": seal_of(plain_terms(calendar.contracts.get(contract_id, AS_ALL_OTHERS))),
    }
    return render(request, "contracts/edit.html", context, status=422 if form.errors else 200)


def terms_of(integration: Integration, contract_id: int) -> ContractTerms:
    return billing_calendar(integration).contracts.get(contract_id, AS_ALL_OTHERS)


def _typed_of(terms: ContractTerms) -> dict[str, object]:
    fiscal = "" if terms.fiscal is None else "yes" if terms.fiscal else "no"
    return {"issue_on": terms.issue_on or "", "posts_on": terms.posts_on, "fiscal": fiscal}
