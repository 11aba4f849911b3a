"""The Integration status toggle."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from seatbridge.integrations.switching import disable, enable
from seatbridge.partners.roles import Right
from seatbridge.sync.shown.standing import open_owed
from seatbridge.web.integrations.asked import asked_integration


@require_POST
def save(request: HttpRequest, number: int) -> HttpResponse:
    """`to` says what is wanted: sent twice, it stays so."""
    access, integration = asked_integration(request, number, Right.SETTINGS)
    wanted = request.POST.get("to")
    if wanted == "on":
        said = enable(integration, actor=access.actor)
    elif wanted == "off":
        said = disable(integration, actor=access.actor)
        owed = open_owed(integration).count()
        if owed:
            lines = "1 line is" if owed == 1 else f"{owed} lines are"
            messages.warning(
                request, f"{lines} not finished in BMS and may stand at 0: see Unfinished lines."
            )
    else:
        said = []
    for sentence in said:
        messages.success(request, sentence)
    return redirect("integration", integration.pk)
