"""History: the runs."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from seatbridge.partners.access import require
from seatbridge.partners.roles import Right
from seatbridge.sync.models import SyncRun
from seatbridge.web.run_words import StateWords, kind_words, state_words

PAGE = 50
SHOWN = {
    "": "All",
    "written": "With changes",
    "failed": "Could not update",
    "waiting": "Waiting",
    "previews": "Previews",
}


@dataclass(frozen=True, slots=True)
class RunRow:
    run: SyncRun
    kind: str
    state: StateWords
    written: int | None
    money: str | None
    problem: str


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    wanted = request.GET.get("only", "")
    rows = access.scoped(SyncRun).select_related("integration").defer("plan_document").order_by("-pk")
    if wanted == "written":
        rows = rows.filter(summary__written__gt=0)
    elif wanted == "failed":
        rows = rows.exclude(problem={})
    elif wanted == "waiting":
        rows = rows.filter(state=SyncRun.State.AWAITING_APPROVAL)
    elif wanted == "previews":
        rows = rows.filter(dry_run=True)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "rows": [_row(run) for run in page],
        "only": wanted,
        "choices": SHOWN,
        "tab": "runs",
    }
    return render(request, "history/runs.html", shown)


def _row(run: SyncRun) -> RunRow:
    return RunRow(
        run=run,
        kind=kind_words(run),
        state=state_words(run),
        written=run.summary.get("written"),
        money=run.summary.get("money_delta"),
        problem=run.problem.get("cause", ""),
    )
