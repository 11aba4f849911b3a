"""The link of a reminder: signed in as who it was sent to, one sees what it approves, and approves once."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from seatbridge.integrations.clocks import billing_now, clock
from seatbridge.partners.access import choose, places_of, require
from seatbridge.partners.roles import Right
from seatbridge.reminders.approving import approve_offer, offer_of
from seatbridge.reminders.links import partner_of, read_key
from seatbridge.reminders.models import Reminder
from seatbridge.sync.shown.shown_lines import ShownLine
from seatbridge.users.models import User
from seatbridge.web.changes.answers import tell
from seatbridge.web.changes.rows import Row, all_words, rows_of, said_together


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, key: str) -> HttpResponse:
    access = require(request, Right.APPROVE)
    number, user_id = read_key(key) or (0, 0)
    reminder = access.scoped(Reminder.objects.select_related("integration__partner", "plan")).filter(
        pk=number
    )
    row = reminder.first()
    if row is None and _is_at_another_place(request, number):
        return HttpResponseRedirect(request.path)
    if row is None or access.user is None or row.user_id != user_id or access.user.pk != user_id:
        raise Http404  # it was sent to somebody else, or by nobody
    changes = f"{reverse('changes')}?integration={row.integration_id}"
    over = billing_now(row.integration) >= row.expires_at
    if request.method == "POST" and not over:
        answer = approve_offer(row, actor=access.actor, now=clock().now())
        tell(request, answer, "Approved. It is being written now, but for lines that move meanwhile.")
        return HttpResponseRedirect(changes)
    if over or row.used_at is not None:
        facts = {"reminder": row, "over": over, "changes": changes, "section": "changes"}
        return render(request, "changes/link_over.html", facts, status=410)
    offer = offer_of(row)
    facts = {
        "reminder": row,
        "moved": offer.moved,
        "rows": [] if offer.plan is None else _rows(offer.lines, offer.plan.pk),
        "words": all_words(offer.lines) if offer.lines else "",
        "changes": changes,
        "section": "changes",
    }
    return render(request, "changes/by_mail.html", facts)


def _rows(lines: Sequence[ShownLine], plan: int) -> list[Row]:
    rows = rows_of(lines, run_of={line.key: plan for line in lines}, base=-1)
    return said_together(rows, lines)


def _is_at_another_place(request: HttpRequest, number: int) -> bool:
    """Who belongs to several partners is led to the one that the mail is about."""
    if not isinstance(request.user, User):
        return False
    found = partner_of(number, request.user)
    if found is None or all(place.partner_id != found for place in places_of(request.user)):
        return False
    choose(request, found)
    return True
