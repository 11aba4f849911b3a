"""How each contract is billed: the calendar's word, or its own. Search, filter and pages live in the URL."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from seatbridge.catalog.models import SeenContract
from seatbridge.integrations.calendars import AS_ALL_OTHERS, billing_calendar
from seatbridge.integrations.clocks import billing_now
from seatbridge.mappings.contract_list import Only, OpenPeriod, open_period, recurring_contracts
from seatbridge.partners.roles import Right
from seatbridge.reconcile.calendar import BillingCalendar, IssueOn
from seatbridge.reconcile.words import ordinal
from seatbridge.web.asked_text import asked_text
from seatbridge.web.integrations.asked import asked_integration, catalog_of

PAGE = 50
TITLES = {Only.ALL: "All", Only.MAPPED: "With a company", Only.DIFFERING: "Different"}
ISSUED = {IssueOn.END: "End of Billing Cycle", IssueOn.START: "Start of Billing Cycle"}


@dataclass(frozen=True, slots=True)
class Row:
    """`own_…`: said of this contract, not taken from the calendar."""

    contract: SeenContract
    issued: str
    posted: str
    periods: str
    own_issued: bool
    own_posted: bool
    own_periods: bool
    open: OpenPeriod | None


@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.VIEW)
    wanted, search = request.GET.get("only", ""), asked_text(request.GET, "search")
    only = Only(wanted) if wanted in list(Only) else Only.ALL
    now, calendar = billing_now(integration), billing_calendar(integration)
    page = Paginator(recurring_contracts(integration, only, search), PAGE).get_page(request.GET.get("page"))
    catalog = catalog_of(integration)
    context = {
        "section": "integrations",
        "integration": integration,
        "page": page,
        "rows": [row_of(contract, calendar, now) for contract in page.object_list],
        "tabs": [(each, TITLES[each]) for each in Only],
        "only": only,
        "search": search,
        "differing": len(calendar.contracts),
        "refreshed_at": catalog and catalog.at,
        "may_set": access.may(Right.SETTINGS),
    }
    return render(request, "contracts/list.html", context)


def row_of(contract: SeenContract, calendar: BillingCalendar, now: datetime) -> Row:
    number = contract.contract_id
    own, kind = calendar.contracts.get(number, AS_ALL_OTHERS), calendar.kind(number)
    return Row(
        contract=contract,
        issued=ISSUED[kind.issue_on],
        posted=f"the {ordinal(kind.day)}",
        periods="Calendar periods" if calendar.is_fiscal(number) else "From its start",
        own_issued=own.issue_on is not None,
        own_posted=own.posts_on is not None,
        own_periods=own.fiscal is not None,
        open=open_period(contract, calendar, now),
    )
