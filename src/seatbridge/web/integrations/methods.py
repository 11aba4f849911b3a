"""How units are written: the method, the contract for the test write, what only a person sees after it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from seatbridge.integrations.changing import SettingRefused
from seatbridge.integrations.clocks import clock
from seatbridge.integrations.connecting import connected
from seatbridge.integrations.method_words import CHOSEN, EMPTY_PRORATIONS, SOME_PRORATIONS
from seatbridge.integrations.methods import choose_method, set_rewrites_clean, set_test_contract
from seatbridge.kit.plain_text import readable
from seatbridge.mappings.catalog_age import known_contract
from seatbridge.partners.roles import Right
from seatbridge.psa.errors import PsaError
from seatbridge.reconcile.facts import Method
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.integrations.forms import TestContract
from seatbridge.web.integrations.page import show_page
from seatbridge.web.integrations.typed import typed


@require_POST
def choose(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.SETTINGS)
    wanted = readable(request.POST.get("method", ""))
    try:
        said = choose_method(integration, wanted[:40], actor=access.actor)
    except SettingRefused as refused:
        messages.error(request, str(refused))
    else:
        for sentence in (CHOSEN[Method(wanted)], *said):
            messages.success(request, sentence)
    return redirect(f"/integrations/{integration.pk}/#method")


@require_POST
def name_contract(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.SETTINGS)
    form = TestContract(typed(request))
    if not form.is_valid():
        return show_page(request, access, integration, test_contract=form)
    wanted = form.cleaned_data["contract_id"]
    if wanted is not None:
        try:
            found = known_contract(integration, wanted, connected, clock().now())
        except PsaError as error:
            form.add_error("contract_id", f"{error.what} {error.fix}".strip())
            return show_page(request, access, integration, test_contract=form)
        if found is None:
            form.add_error("contract_id", f"BMS has no contract {wanted}.")
            return show_page(request, access, integration, test_contract=form)
        messages.success(request, f"The test write is made on contract {wanted}, {found.name}.")
    else:
        messages.success(request, "No contract is named for the test write.")
    set_test_contract(integration, wanted, actor=access.actor)
    return redirect(f"/integrations/{integration.pk}/#method")


@require_POST
def answer_prorations(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.SETTINGS)
    seen = request.POST.get("seen")
    if seen not in ("none", "some"):
        messages.error(request, "Say whether the contract's Prorated Transactions in BMS are empty.")
    else:
        set_rewrites_clean(integration, clean=seen == "none", actor=access.actor)
        messages.success(request, EMPTY_PRORATIONS if seen == "none" else SOME_PRORATIONS)
    return redirect(f"/integrations/{integration.pk}/#method")
