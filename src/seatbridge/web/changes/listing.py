"""Changes: the one list of what waits and of what was written."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from seatbridge.integrations.clocks import billing_now
from seatbridge.integrations.models import Integration
from seatbridge.integrations.schedules import next_run_of
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right
from seatbridge.reconcile.differences import DifferenceKind
from seatbridge.sync.approvable import may_be_approved, may_be_left
from seatbridge.sync.models import Difference
from seatbridge.sync.shown.current import Standing, standing_of
from seatbridge.sync.shown.groups import Group
from seatbridge.sync.shown.progress import progress_of
from seatbridge.sync.shown.shown_lines import ShownLine
from seatbridge.sync.stated.unknown_units import UNCONFIRMED
from seatbridge.web.changes.filters import filtered, read_filter, tabs
from seatbridge.web.changes.plans import DECIDED, part_forms, parts_of, waiting_plans
from seatbridge.web.changes.rows import all_words, one_per_decision, rows_of, said_together
from seatbridge.web.chosen import chosen_integration, schedule_read_with
from seatbridge.web.run_words import state_words

PAGE = 50


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    chosen = chosen_integration(request, access)
    if chosen.integration is None:
        return render(request, "changes/empty.html", {"step": "connect"})
    standing = standing_of(chosen.integration)
    facts = {
        "integration": chosen.integration,
        "integrations": chosen.others,
        "standing": standing,
        "next_run": next_run_of(
            chosen.integration,
            billing_now(chosen.integration),
            schedule=schedule_read_with(chosen.integration),
        ),
        "may_approve": access.may(Right.APPROVE),
        **_running(standing),
        **_plan(request, access, chosen.integration, standing),
    }
    return render(request, "changes/list.html", facts)


def _running(standing: Standing) -> dict[str, Any]:
    if standing.active is None:
        return {}
    return {"run": standing.active, "is_active": True, "progress": progress_of(standing.active)}


def _plan(
    request: HttpRequest, access: Access, integration: Integration, standing: Standing
) -> dict[str, Any]:
    base, plan = standing.base, standing.plan
    if base is None:
        return {"rows": None}
    wanted = read_filter(request.GET)
    page = Paginator(one_per_decision(filtered(plan, wanted)), PAGE).get_page(request.GET.get("page"))
    mine = access.may(Right.APPROVE) and integration.enabled
    approvable = [
        line
        for group in DECIDED
        for line in plan.groups.get(group, ())
        if mine and may_be_approved(line) and plan.run_of[line.key] == base.pk
    ]
    rows = rows_of(
        page.object_list,
        run_of=plan.run_of,
        base=base.pk if mine else -1,
        parts=parts_of(standing) if mine else (),
        waits=base.holds,
        among=plan.lines,
        integration=integration.pk if access.may(Right.APPROVE) else 0,
    )
    may_leave = any(
        mine and may_be_left(line) and plan.run_of[line.key] == base.pk
        for line in plan.groups.get(Group.WAITING, ())
    )
    return {
        "base": base,
        "state": state_words(base),
        "wanted": wanted,
        "tabs": tabs(plan, wanted),
        "total": len(one_per_decision(plan.lines)),
        "without_price": _without_price(access, integration),
        "unconfirmed": len({line.shared for line in plan.lines if _is_unconfirmed(line)}),
        "page": page,
        "rows": said_together(rows, plan.lines),
        "decides": any(row.decide or row.button or row.leave for row in rows),
        "approvable": len({line.shared for line in approvable}),
        "may_leave": may_leave,
        "waiting_plans": waiting_plans(standing),
        "part_forms": part_forms(standing) if mine else [],
        "everything_words": all_words(approvable) if approvable else "",
    }


def _without_price(access: Access, integration: Integration) -> int:
    found = access.scoped(Difference).filter(integration=integration, kind=DifferenceKind.NO_PRICE)
    return found.count()


def _is_unconfirmed(line: ShownLine) -> bool:
    """As the plan had it: who has stated it since sees fewer behind the link."""
    return line.evidence_code in UNCONFIRMED and line.line_id is not None
