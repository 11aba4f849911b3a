"""Leave lines as they are until after the next invoice run."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from seatbridge.integrations.clocks import clock
from seatbridge.partners.access import require
from seatbridge.partners.roles import Right
from seatbridge.sync.leaving import LeftLines, leave_lines
from seatbridge.sync.models import SyncRun
from seatbridge.web.changes.answers import back
from seatbridge.web.changes.rows import pair_of
from seatbridge.web.numbers import number_of
from seatbridge.web.wording import day_words


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.APPROVE)
    run = access.one(
        SyncRun.objects.defer("plan_document").select_related("integration__partner"),
        pk=number_of(request.POST.get("run", "")),
    )
    only = request.POST.get("only")
    pairs = {pair_of(text) for text in ([only] if only else request.POST.getlist("line"))}
    if not pairs:
        messages.warning(request, "Choose at least one line to leave as it is.")
        return back(request, run.integration_id)
    digest = request.POST.get("digest", "")
    answer = leave_lines(run, digest=digest, actor=access.actor, now=clock().now(), pairs=pairs)
    if isinstance(answer, LeftLines):
        messages.success(request, _said(answer))
    else:
        messages.warning(request, answer.sentence)
    return back(request, run.integration_id)


def _said(left: LeftLines) -> str:
    names = list(dict.fromkeys(line.name for line in left.lines))
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    first = min((line.deadline for line in left.lines if line.deadline is not None), default=None)
    until = "" if first is None else f" until you post on {day_words(first)}"
    return f"Left as it is{until}: {', '.join(names[:3])}{more}. Nothing is written there."
