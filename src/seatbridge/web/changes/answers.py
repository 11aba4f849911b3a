"""What happened after a form, in words; a second click is answered as kindly as the first."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

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


def back(request: HttpRequest, integration_id: int) -> HttpResponse:
    changes = f"{reverse('changes')}?integration={integration_id}"
    return HttpResponseRedirect(way_back(request, changes))
