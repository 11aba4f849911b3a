"""Differences, three-way: counted, last written, on contract now; with money, as a list and as CSV."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, F, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.integrations.models import Integration
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right
from seatbridge.reconcile.differences import DifferenceKind
from seatbridge.sync.approvable import may_be_approved
from seatbridge.sync.models import Difference
from seatbridge.sync.requesting import request_run
from seatbridge.sync.shown.current import Standing, standing_of
from seatbridge.sync.starting import Asked
from seatbridge.sync.stated.accepting import AcceptRefused, accept_bms, keep_no_more
from seatbridge.web.asked_text import asked_text
from seatbridge.web.changes.answers import plans_it
from seatbridge.web.changes.plans import part_forms
from seatbridge.web.changes.rows import PRODUCTS, form_of, write_words
from seatbridge.web.chosen import chosen_integration
from seatbridge.web.csv_answers import csv_answer
from seatbridge.web.links import company_url
from seatbridge.web.numbers import number_of
from seatbridge.web.wording import money_words

PAGE = 50
KINDS: dict[str, str] = {
    DifferenceKind.EDITED: "Changed in BMS",
    DifferenceKind.CANNOT_TELL: "Cannot tell which line",
    DifferenceKind.LINES: "Lines gone or doubled",
    DifferenceKind.NO_PRICE: "Without a price",
    DifferenceKind.KEPT: "Kept as BMS has it",
    DifferenceKind.COUNT: "Waiting for you",
}
COLUMNS = (
    "companies", "products", "contract_id", "service_id", "kind", "counted", "written", "in_bms",
    "contract_total_moved", "money_a_month", "what", "since",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    row: Difference
    name: str
    product: str
    url: str
    kind: str
    money: str
    put_back: str  # words of the button; empty: nothing can be written
    form: str  # of the plan that the button is bound to
    pair: str
    may_accept: bool
    may_write: bool  # the count again, on a line that is kept


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    chosen = chosen_integration(request, access)
    if chosen.integration is None:
        return render(request, "changes/empty.html", {"step": "connect"})
    of = chosen.integration
    rows, kind, search = _asked(request, access, of)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    standing = standing_of(of)
    may = access.may(Right.APPROVE)
    facts = {
        "integration": of,
        "integrations": chosen.others,
        "standing": standing,
        "base": standing.base,
        "part_forms": part_forms(standing),
        "rows": [_row(each, standing, of.currency, may=may) for each in page.object_list],
        "page": page,
        "kinds": KINDS,
        "kind": kind,
        "search": search,
        "may_approve": may and of.enabled,
        "section": "changes",
    }
    return render(request, "changes/differences.html", facts)


@require_GET
def download(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    access = require(request, Right.VIEW)
    chosen = chosen_integration(request, access)
    rows = access.scoped(Difference).none()
    if chosen.integration is not None:
        rows, _, _ = _asked(request, access, chosen.integration)
    return csv_answer(_csv(rows), "differences.csv")


@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    access, integration, key = _named(request)
    now = clock().now()
    try:
        today = billing_today(integration)
        kept = accept_bms(integration, key, actor=access.actor, today=today, now=now)
    except AcceptRefused as refused:
        messages.info(request, refused.sentence)
    else:
        answer = request_run(integration, Asked(actor=access.actor), now)
        said = f"Accepted: {kept} stay on the contract until they or the count change."
        messages.success(request, f"{said} {plans_it(answer)}")
    return _back(integration)


@require_POST
def write_again(request: HttpRequest) -> HttpResponse:
    access, integration, key = _named(request)
    now = clock().now()
    if keep_no_more(integration, key, actor=access.actor, now=now):
        answer = request_run(integration, Asked(actor=access.actor), now)
        messages.success(request, f"The count is followed again. {plans_it(answer)}")
    else:
        messages.info(request, "Nothing is kept on that line any more: nothing was done.")
    return _back(integration)


def _named(request: HttpRequest) -> tuple[Access, Integration, tuple[int, int]]:
    access = require(request, Right.APPROVE)
    integration = access.one(Integration, pk=number_of(request.POST.get("integration", "")))
    key = number_of(request.POST.get("contract", "")), number_of(request.POST.get("service", ""))
    return access, integration, key


def _asked(
    request: HttpRequest, access: Access, integration: Integration
) -> tuple[QuerySet[Difference], str, str]:
    kind, search = request.GET.get("kind", ""), asked_text(request.GET, "search")
    rows = access.scoped(Difference).filter(integration=integration)
    if kind in KINDS:
        rows = rows.filter(kind=kind)
    if search:
        rows = rows.filter(search__contains=search.casefold())
    order = Case(*(When(kind=name, then=Value(place)) for place, name in enumerate(KINDS)), default=9)
    return rows.order_by(order, F("search"), "pk"), kind if kind in KINDS else "", search


def _row(row: Difference, standing: Standing, currency: str, *, may: bool) -> DifferenceRow:
    ref, product, _ = row.members[0]
    line = next((each for each in standing.plan.of(ref) if each.product == product), None)
    base = standing.base
    run = 0 if line is None else standing.plan.run_of[line.key]
    writable = may and line is not None and may_be_approved(line) and run in standing.plan.digests
    return DifferenceRow(
        row=row,
        name=" and ".join(dict.fromkeys(name for _, _, name in row.members)),
        product=", ".join(dict.fromkeys(PRODUCTS.get(each, each) for _, each, _ in row.members)),
        url=company_url(ref),
        kind=KINDS.get(row.kind, row.kind),
        money="" if not row.money else f"{money_words(row.money, currency, signed=True)} / month",
        put_back=write_words(line) if writable and line is not None else "",
        form="" if base is None else form_of(run, base.pk),
        pair=f"{ref}/{product}",
        may_accept=may and row.kind == DifferenceKind.EDITED and row.in_bms is not None,
        may_write=may and row.kind == DifferenceKind.KEPT,
    )


def _csv(rows: Iterable[Difference]) -> Iterator[str]:
    yield _line(COLUMNS)
    for row in rows:
        names = "; ".join(dict.fromkeys(name for _, _, name in row.members))
        yield _line(
            (
                f"'{names}" if names.startswith(_FORMULA) else names,
                "; ".join(dict.fromkeys(product for _, product, _ in row.members)),
                row.contract_id,
                row.service_id,
                row.kind,
                *("" if value is None else value for value in (row.counted, row.written, row.in_bms)),
                "" if row.moved is None else f"{row.moved:.2f}",
                "" if row.money is None else f"{row.money:.2f}",
                row.sentence,
                row.since.isoformat(),
            )
        )


def _line(cells: Iterable[object]) -> str:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _back(integration: Integration) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('differences')}?integration={integration.pk}")
