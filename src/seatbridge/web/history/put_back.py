"""Put back: asked for on a run's page or a company's, shown as a preview, and written from there."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from seatbridge.integrations.clocks import clock
from seatbridge.partners.access import require
from seatbridge.partners.roles import Right
from seatbridge.sync.models import SyncRun
from seatbridge.sync.putting_back.approving import may_be_put_back
from seatbridge.sync.putting_back.asking import request_put_back
from seatbridge.sync.putting_back.moves import Pair, moves_of
from seatbridge.sync.putting_back.orders import refusals_of
from seatbridge.sync.shown.shown_lines import ShownLine
from seatbridge.web.back import way_back
from seatbridge.web.changes.answers import tell
from seatbridge.web.changes.rows import pair_of


@require_POST
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """Starts the preview: which units go back from what to what. Nothing is written by it."""
    access = require(request, Right.APPROVE)
    run = access.one(SyncRun.objects.defer("plan_document").select_related("integration__partner"), pk=number)
    chosen = [pair_of(text) for text in request.POST.getlist("line")]
    answer = request_put_back(run, chosen or None, actor=access.actor, now=clock().now(), dry_run=True)
    if isinstance(answer, SyncRun):
        messages.info(request, "Nothing is written yet: this shows what would be put back.")
        return HttpResponseRedirect(reverse("run", args=[answer.pk]))
    tell(request, answer, "")
    return HttpResponseRedirect(way_back(request, reverse("run", args=[run.pk])))


@dataclass(frozen=True, slots=True)
class Offer:
    """What a run's page offers: `all_words` of the button for everything, `words` of each line's."""

    all_words: str
    words: dict[Pair, str]


def offer_of(run: SyncRun) -> Offer | None:
    """Of a run that wrote something which nobody has written since. A few queries."""
    if run.dry_run or run.state in SyncRun.ACTIVE or not run.summary.get("written"):
        return None
    moves = moves_of(run)
    refusals = refusals_of(run, moves)
    words = {
        pair: back_words(move.before)
        for key, move in moves.items()
        if key not in refusals
        for pair in move.members
    }
    count = len(moves) - len(refusals)
    return Offer(f"Put back {count:,} line{'' if count == 1 else 's'} …", words) if words else None


def offer_of_preview(run: SyncRun, lines: Iterable[ShownLine]) -> Offer | None:
    """Of the preview of a put back: its lines that nothing stands against."""
    if run.puts_back_id is None or not run.dry_run or run.state != SyncRun.State.SUCCEEDED:
        return None
    offered = [line for line in lines if may_be_put_back(line)]
    words = {line.key: back_words(line.after) for line in offered}
    count = len({line.shared for line in offered})
    return Offer(f"Put back {count:,} line{'' if count == 1 else 's'}", words) if words else None


def back_words(units: int | None) -> str:
    return f"Put back to {units or 0:,}"
