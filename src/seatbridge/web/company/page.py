"""A company's page: what it is counted, what it is billed on, what was written and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from seatbridge.catalog.finding import contract
from seatbridge.integrations.clocks import billing_now_of
from seatbridge.integrations.models import Integration
from seatbridge.integrations.reading_rules import read_rules
from seatbridge.mappings.models import CompanyMapping
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right
from seatbridge.sync.putting_back.orders import Ordered, asking_for_orders, ordered_of
from seatbridge.sync.shown.changes import Change, changes_of_contracts
from seatbridge.sync.shown.current import Standing, standing_of
from seatbridge.sync.shown.shown_lines import ShownLine
from seatbridge.usage.models import Company, CompanyUser
from seatbridge.web.changes.plans import part_forms, parts_of
from seatbridge.web.changes.rows import Row, rows_of
from seatbridge.web.chosen import chosen_integration
from seatbridge.web.company.months import Chart, Month, chart_of, months_of
from seatbridge.web.history.put_back import back_words
from seatbridge.web.integrations.rule_panel import Subject, own_sentences
from seatbridge.web.links import link

MOST_CHANGES = 200


@dataclass(frozen=True, slots=True)
class ProductShown:
    row: Row
    why_url: str
    months: list[Month]
    chart: Chart | None


@require_GET
def show(request: HttpRequest, ref: str) -> HttpResponse:
    access = require(request, Right.VIEW)
    company = access.one(asking_for_orders(Company.objects.all()), ref=ref)
    chosen = chosen_integration(request, access)
    of = chosen.integration
    facts: dict[str, Any] = {
        "company": company,
        "integration": of,
        "integrations": chosen.others,
        "users": _users(access, company),
        "section": "companies",
        "edit_url": "" if of is None else link("company-mapping", of.pk, company.pk),
        "may_approve": access.may(Right.APPROVE),
        "may_map": access.may(Right.MAP),
        "may_set": access.may(Right.SETTINGS),
    }
    if of is not None:
        facts |= _billed(access, company, of)
    return render(request, "company/page.html", facts)


def _users(access: Access, company: Company) -> list[Any]:
    rows = access.scoped(CompanyUser).filter(company=company).exclude(status="deleted")
    return list(
        rows.values("product", "status", "nfr").annotate(users=Count("pk")).order_by("product", "status")
    )


def _billed(access: Access, company: Company, integration: Integration) -> dict[str, Any]:
    standing = standing_of(integration)
    lines = standing.plan.of(company.ref)
    mapping = access.scoped(CompanyMapping).filter(integration=integration, company=company).first()
    mapped = None if mapping is None or mapping.contract_id is None else mapping.contract_id
    contracts = {number for number in (mapped, *(line.contract_id for line in lines)) if number}
    changes = changes_of_contracts(integration, contracts, MOST_CHANGES) if contracts else []
    ours = [change for change in changes if any(each == company.ref for each, _ in change.members)]
    today = billing_now_of(access.partner).date()
    may_write = access.may(Right.APPROVE) and integration.enabled
    ordered = ordered_of(integration) if vars(company)["any_put_back"] else set()
    products = _products(lines, standing, ours, today, integration=integration, may_write=may_write)
    return {
        "standing": standing,
        "base": standing.base,
        "part_forms": part_forms(standing) if may_write else [],
        "mapping": mapping,
        "contract": None if mapped is None else contract(integration, mapped),
        "products": products,
        "today": today,
        "changes": _with_put_back(company, ours[:50], ordered, may_write=may_write),
        "approvable": any(shown.row.button for shown in products),
        "own_rules": own_sentences(Subject(integration, read_rules(integration), company.ref, company.name)),
    }


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """`put_back`: of the newest change of a product, what putting it back would do; else empty."""

    change: Change
    put_back: str
    pair: str


def _with_put_back(
    company: Company, changes: Sequence[Change], ordered: Collection[Ordered], *, may_write: bool
) -> list[ChangeShown]:
    """`ordered`: what is put back already, though perhaps not written yet."""
    newest: set[str] = set()
    found = []
    for change in changes:
        products = [product for ref, product in change.members if ref == company.ref]
        is_newest = may_write and change.run_id is not None and not newest.intersection(products)
        newest.update(products)
        is_newest = is_newest and (change.run_id, change.contract_id) not in ordered
        words = back_words(change.before) if is_newest and change.before is not None and products else ""
        found.append(ChangeShown(change, words, f"{company.ref}/{products[0]}" if products else ""))
    return found


def _products(
    lines: Sequence[ShownLine],
    standing: Standing,
    changes: Sequence[Change],
    today: date,
    *,
    integration: Integration,
    may_write: bool,
) -> list[ProductShown]:
    base = standing.base
    rows = rows_of(
        lines,
        run_of=standing.plan.run_of,
        base=base.pk if base is not None and may_write else -1,
        parts=parts_of(standing) if may_write else (),
        waits=[] if base is None else base.holds,
        integration=integration.pk,
    )
    found = []
    for row in rows:
        mine = [change for change in changes if row.line.key in change.members]
        months = months_of(mine, row.line.before, today)
        why = reverse("why", args=[integration.pk, row.line.product, row.line.company])
        found.append(ProductShown(row, why, months, chart_of(months)))
    return found
