"""Units to confirm: what each line was invoiced with last, beside its count."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from seatbridge.partners.roles import Right
from seatbridge.sync.shown.current import standing_of
from seatbridge.sync.stated.unknown_units import UnknownLine, seal_of, unknown_units
from seatbridge.web.asked_text import asked_text
from seatbridge.web.integrations.asked import asked_integration

PAGE = 50


@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.VIEW)
    lines, search = unknown_units(integration), asked_text(request.GET, "search")
    only = request.GET.get("only", "")
    shown = [line for line in lines if _fits(line, search, only)]
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    invoiced = sum(line.invoiced is not None for line in lines)
    context = {
        "section": "changes",
        "integration": integration,
        "page": page,
        "rows": list(page.object_list),
        "search": search,
        "only": only,
        "total": len(lines),
        "invoiced": invoiced,
        "unknown": len(lines) - invoiced,
        "seal": seal_of(lines),
        "compared": standing_of(integration).base is not None,
        "may_approve": access.may(Right.APPROVE),
    }
    return render(request, "units/list.html", context)


def _fits(line: UnknownLine, search: str, only: str) -> bool:
    if only == "unknown" and line.invoiced is not None:
        return False
    if only == "invoiced" and line.invoiced is None:
        return False
    text = search.casefold()
    return not text or any(
        text in member.name.casefold() or text in member.company for member in line.members
    )
