"""Renewals: contracts that end, what follows each, and its acceptance: one, or all that are certain."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.integrations.connecting import connected
from seatbridge.mappings.importing import Asking
from seatbridge.mappings.models import Renewal
from seatbridge.mappings.renewing.accepting import RenewalRefused
from seatbridge.mappings.renewing.listing import Ending, Followed, only_one
from seatbridge.mappings.searching import ENDS_SOON
from seatbridge.partners.roles import Right
from seatbridge.sync.stated.renewing import (
    Wish,
    accept_every_certain,
    accept_renewals,
    renewals,
    seal_of_all,
    with_lines,
)
from seatbridge.web.asked_text import asked_text
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.wording import day_words

PAGE = 50
WITHIN = (30, 60, 90)
USUALLY = 60
TITLES = {
    "": "All",
    Followed.ONE: "One successor",
    Followed.SEVERAL: "To choose",
    Followed.NONE: "None found",
    Followed.ACCEPTED: "Accepted",
    Followed.STOPPING: "Stopping",
}
MOST_UNITS = 9  # digits of a number of units that somebody types


@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.VIEW)
    asked, search = request.GET.get("days", ""), asked_text(request.GET, "search")
    within = int(asked) if asked in map(str, WITHIN) else USUALLY
    state = request.GET.get("state", "")
    state = state if state in TITLES else ""
    today = billing_today(integration)
    # Read once, as far ahead as anybody may ask: the page, its filters, and what *accept all* takes.
    ahead = renewals(integration, today, within=timedelta(days=max(WITHIN)))
    found = [each for each in ahead if _ends_by(each, today + timedelta(days=within))]
    shown = [each for each in found if _fits(each, search) and state in ("", each.followed)]
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    listed = list(page.object_list)
    sure = [each for each in only_one(ahead) if _ends_by(each, today + ENDS_SOON)]
    rows = with_lines(integration, [*listed, *sure])
    certain = rows[len(listed) :]
    context = {
        "section": "companies",
        "integration": integration,
        "page": page,
        "rows": rows[: len(listed)],
        "tabs": [
            (key, title, sum(key in ("", each.followed) for each in found)) for key, title in TITLES.items()
        ],
        "state": state,
        "search": search,
        "within": within,
        "choices": WITHIN,
        "certain": len(certain),
        "with_units": sum(any(line.before is not None for line in row.lines) for row in certain),
        "seal": seal_of_all(certain),
        "may_map": access.may(Right.MAP),
    }
    return render(request, "companies/renewals.html", context)


def _ends_by(each: Ending, on: date) -> bool:
    return each.contract.end is not None and each.contract.end <= on


def _fits(each: Ending, search: str) -> bool:
    text = search.casefold()
    names = [each.contract.name, each.contract.account_name, str(each.contract.id)]
    names += [part for company in each.companies for part in company]
    return not text or any(text in name.casefold() for name in names)


@require_POST
def accept(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.MAP)
    asking = Asking(access.actor, clock().now(), billing_today(integration), connected)
    sent = request.POST
    try:
        if sent.get("do") == "all":
            seal, take = sent.get("seal", ""), sent.get("take_units") == "on"
            done = accept_every_certain(integration, seal, asking, take_units=take)
        else:
            done = accept_renewals(integration, [_wish(request)], asking)
    except RenewalRefused as refused:
        messages.error(request, str(refused))
    else:
        _tell(request, done)
    return redirect(reverse("renewals", args=[integration.pk]))


def _wish(request: HttpRequest) -> Wish:
    """Raises RenewalRefused for what no form of ours sends, and for units that are no whole number."""
    old, successor = _whole(request.POST.get("contract", "")), _whole(request.POST.get("successor", ""))
    if old is None or successor is None:
        raise RenewalRefused("Choose the contract that follows it.")
    units: dict[int, int] = {}
    for name, typed in request.POST.items():
        service_id = _whole(name.removeprefix("units-")) if name.startswith("units-") else None
        if service_id is None or not str(typed).strip():
            continue
        stated = _whole(str(typed).strip(), MOST_UNITS)
        if stated is None:
            raise RenewalRefused(
                "Units as cloned: write a whole number, or nothing where you do not know it."
            )
        units[service_id] = stated
    return Wish(old, successor, request.POST.get("seal", "")[:64], units)


def _whole(typed: str, longest: int = 18) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= longest else None


def _tell(request: HttpRequest, done: list[Renewal]) -> None:
    if not done:
        messages.info(request, "Nothing was left to accept.")
        return
    ahead = done[0].starts_on > billing_today(done[0].integration)
    what = "The successor is" if len(done) == 1 else f"{len(done)} successors are"
    when = f" Billing moves on {day_words(done[0].starts_on)}." if len(done) == 1 and ahead else ""
    messages.success(request, f"{what} accepted.{when}")
    if not all(row.first_write_approved for row in done):
        messages.info(request, "The first write on each waits under Changes until a person has looked at it.")
