"""Approve a plan, or lines of it by name."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from seatbridge.integrations.clocks import clock
from seatbridge.partners.access import require
from seatbridge.partners.roles import Right
from seatbridge.sync.approvable import Pair, lines_approved_together, may_be_approved
from seatbridge.sync.models import SyncRun
from seatbridge.sync.requesting import request_approval
from seatbridge.sync.shown.current import standing_of
from seatbridge.web.changes.answers import back, tell
from seatbridge.web.changes.rows import all_words, one_per_decision, pair_of, rows_of, said_together
from seatbridge.web.numbers import number_of

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """`pairs` None: the whole plan."""

    pairs: tuple[Pair, ...] | None
    everything: bool = False


@require_POST
def approve(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.APPROVE)
    run = access.one(
        SyncRun.objects.defer("plan_document").select_related("integration__partner"),
        pk=number_of(request.POST.get("run", "")),
    )
    wish = _wish(request)
    if wish.everything:
        plan = standing_of(run.integration).plan
        lines = [line for line in plan.lines if may_be_approved(line) and plan.run_of[line.key] == run.pk]
        if lines and request.POST.get("sure") != "1":
            decisions = one_per_decision(lines)
            shown = rows_of(decisions[:MOST_SHOWN], run_of=plan.run_of, base=run.pk, among=lines)
            facts = {
                "run": run,
                "rows": said_together(shown, lines),
                "more_lines": len(decisions) - len(shown),
                "words": all_words(lines),
                "section": "changes",
            }
            return render(request, "changes/sure.html", facts)
        wish = Wish(tuple(line.key for line in lines))
    if wish.pairs is not None and not wish.pairs:
        messages.warning(request, "Choose at least one change to write.")
        return back(request, run.integration_id)
    answer = request_approval(
        run,
        digest=request.POST.get("digest", ""),
        actor=access.actor,
        now=clock().now(),
        pairs=wish.pairs,
    )
    tell(request, answer, _said(run, wish))
    if run.puts_back_id is not None and isinstance(answer, SyncRun):
        return HttpResponseRedirect(reverse("run", args=[answer.pk]))
    return back(request, run.integration_id)


def _said(run: SyncRun, wish: Wish) -> str:
    if run.puts_back_id is not None:
        return "It is being put back now, but for lines that moved since."
    if wish.pairs is None:
        return "Approved. The plan is being written, but for lines that moved since."
    plan = standing_of(run.integration).plan
    chosen = lines_approved_together(plan.lines, wish.pairs)
    names = list(dict.fromkeys(line.name for line in chosen))
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    together = " Lines that belong together go together." if len(chosen) > len(wish.pairs) else ""
    return f"Approved: {', '.join(names[:3])}{more}. It is being written now.{together}"


def _wish(request: HttpRequest) -> Wish:
    """The button that was pressed decides: one line, the plan, everything, or those that are ticked."""
    if only := request.POST.get("only"):
        return Wish((pair_of(only),))
    if request.POST.get("plan") == "1":
        return Wish(None)
    if request.POST.get("all") == "1":
        return Wish((), everything=True)
    return Wish(tuple(pair_of(text) for text in request.POST.getlist("line")))
