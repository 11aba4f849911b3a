"""Have a missing line added to a contract: what it will be, at which price, and from when."""

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from seatbridge.integrations.clocks import clock
from seatbridge.integrations.models import Integration
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right
from seatbridge.sync.approvable import Pair
from seatbridge.sync.requesting import request_run
from seatbridge.sync.starting import Asked
from seatbridge.sync.stated.adding_line import AddRefused, Offer, add_line, expected_of, offer_of, take_back
from seatbridge.usage.models import Company
from seatbridge.web.asked_text import asked_text
from seatbridge.web.changes.answers import plans_it
from seatbridge.web.changes.rows import PRODUCTS

GONE = "No line of it is missing any more: nothing was done."


@require_http_methods(["GET", "POST"])
def new_line(request: HttpRequest, integration: int, product: str, ref: str) -> HttpResponse:
    access = require(request, Right.VIEW if request.method == "GET" else Right.APPROVE)
    row = access.one(Integration, pk=integration)
    pair = (ref, product)
    offer = offer_of(row, pair)
    if offer is None:
        access.one(Company, ref=ref)  # a name that nobody has is no page
        messages.info(request, GONE)
        return _back(row)
    if request.method == "GET":
        return _page(request, access, row, offer, {})
    return _add(request, access, row, offer, pair)


def _add(request: HttpRequest, access: Access, row: Integration, offer: Offer, pair: Pair) -> HttpResponse:
    typed = {"price": asked_text(request.POST, "price"), "cost": asked_text(request.POST, "cost")}
    try:
        price, cost = (_amount(name, text) for name, text in typed.items())
        if request.POST.get("do") == "show":
            return _page(request, access, row, offer, typed)
        add_line(row, pair, price=price, cost=cost, actor=access.actor, now=clock().now())
    except AddRefused as refused:
        return _page(request, access, row, offer, {**typed, "error": refused.sentence})
    answer = request_run(row, Asked(actor=access.actor, companies=[pair[0]]), clock().now())
    messages.success(request, f"A line for {offer.line.name} is to be added. {plans_it(answer)}")
    return _back(row)


@require_POST
def forget(request: HttpRequest, integration: int, product: str, ref: str) -> HttpResponse:
    access = require(request, Right.APPROVE)
    row = access.one(Integration, pk=integration)
    if take_back(row, (ref, product), actor=access.actor, now=clock().now()):
        messages.success(request, "Taken back: no line is added.")
    else:
        messages.info(request, "Nothing was to be added any more.")
    return _back(row)


def _amount(name: str, text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        raise AddRefused(name, f"The {name} must be an amount such as 5.00.") from None


def _page(
    request: HttpRequest, access: Access, row: Integration, offer: Offer, more: dict[str, str]
) -> HttpResponse:
    price = more.get("price") or f"{offer.price:.2f}"
    cost = more.get("cost") or f"{offer.service.unit_cost:.2f}"
    error, expected = more.get("error", ""), None
    try:
        expected = expected_of(row, offer, _amount("price", price), _amount("cost", cost))
    except AddRefused as refused:
        error = error or refused.sentence
    facts = {
        "integration": row,
        "offer": offer,
        "product": PRODUCTS.get(offer.line.product, offer.line.product),
        "price": price,
        "cost": cost,
        "error": error,
        "expected": expected,
        "may_approve": access.may(Right.APPROVE),
        "section": "changes",
    }
    return render(request, "changes/new_line.html", facts)


def _back(integration: Integration) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('changes')}?integration={integration.pk}")
