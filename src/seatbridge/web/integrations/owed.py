"""Unfinished lines: touched in BMS and not brought to their end; a person says what becomes of each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from seatbridge.integrations.clocks import billing_now, clock
from seatbridge.integrations.connecting import connected
from seatbridge.partners.roles import Right
from seatbridge.psa.errors import PsaError
from seatbridge.sync.models import Owed
from seatbridge.sync.stated.answering import AnsweredBefore, OwedChoice, answer_owed
from seatbridge.sync.stated.owed_day import OwedNotNow, open_day
from seatbridge.web.integrations.asked import asked_integration

ANSWERED = "That line was answered already: nothing more was done."
SAID = {
    OwedChoice.FINISH: "The next sync brings it to its end.",
    OwedChoice.RESTORE: "The next sync puts the line's price back. Correct the invoice if it was posted.",
    OwedChoice.LEAVE: "It is left as it stands in BMS: put it right there by hand, then confirm its units.",
}


@require_POST
def answer(request: HttpRequest, number: int, owed_id: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.APPROVE)
    owed = access.one(Owed, pk=owed_id, integration=integration)
    wanted = request.POST.get("choice", "")
    if not owed.waits_for_person or owed.phase == Owed.Phase.SETTLED:
        messages.info(request, ANSWERED)
    elif wanted not in list(OwedChoice):
        messages.error(request, "Choose what becomes of the line.")
    else:
        _answer(request, owed, OwedChoice(wanted), access.actor)
    return redirect(f"/integrations/{integration.pk}/#owed")


def _answer(request: HttpRequest, owed: Owed, choice: OwedChoice, actor: str) -> None:
    try:
        leaves = choice is OwedChoice.LEAVE
        day = owed.effective_date if leaves else open_day(owed, connected, billing_now(owed.integration))
    except OwedNotNow as not_now:
        messages.error(request, f"{not_now.what} {not_now.why}".strip())
    except PsaError as error:
        messages.error(request, f"{error.what} {error.fix}".strip())
    else:
        try:
            answer_owed(owed, choice, from_date=day, actor=actor, now=clock().now(), must_wait=True)
        except AnsweredBefore:
            messages.info(request, ANSWERED)
        else:
            messages.success(request, SAID[choice])
