"""What happened after a form, in words; a second click is answered as kindly as the first."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from seatbridge.sync.models import SyncRun
from seatbridge.sync.requesting import AlreadyActive, Answer, NotNow
from seatbridge.web.back import way_back


def tell(request: HttpRequest, answer: Answer, said: str) -> None:
    if isinstance(answer, NotNow):
        messages.warning(request, answer.sentence)
    elif isinstance(answer, AlreadyActive):
        kind = "preview" if answer.run.dry_run else "sync"
        messages.info(
            request,
            f"A {kind} is under way already (run {answer.run.pk}, asked for by {answer.run.actor}): "
            "nothing more was started.",
        )
    else:
        messages.success(request, said)


def plans_it(answer: Answer) -> str:
    """Of a decision that is kept whatever becomes of the run that was asked for."""
    return "The sync that has started plans it." if isinstance(answer, SyncRun) else "The next sync plans it."


def back(request: HttpRequest, integration_id: int) -> HttpResponse:
    changes = f"{reverse('changes')}?integration={integration_id}"
    return HttpResponseRedirect(way_back(request, changes))
