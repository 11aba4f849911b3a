"""Take what was invoiced last as what stands in BMS: those that are ticked, or all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.integrations.connecting import connected
from seatbridge.mappings.importing import Asking
from seatbridge.partners.roles import Right
from seatbridge.reconcile.facts import Key
from seatbridge.sync.stated.unknown_units import UnitsMoved, take_all_as_current, take_as_current
from seatbridge.web.integrations.asked import asked_integration

MOST = 500  # ticked at once


@require_POST
def take(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.APPROVE)
    asking = Asking(access.actor, clock().now(), billing_today(integration), connected)
    try:
        if request.POST.get("do") == "all":
            report = take_all_as_current(integration, request.POST.get("seal", ""), asking)
        else:
            wanted = _ticked(request.POST.getlist("line"))
            if not wanted:
                messages.warning(request, "Tick at least one line.")
                return redirect("units", integration.pk)
            report = take_as_current(integration, wanted, asking)
    except UnitsMoved as moved:
        messages.warning(request, str(moved))
        return redirect("units", integration.pk)
    lines = f"{report.changed:,} line{'' if report.changed == 1 else 's'}"
    messages.success(request, f"{lines} taken as current. The next sync compares the counts with them.")
    return redirect("units", integration.pk)


def _ticked(texts: list[str]) -> dict[Key, int]:
    """`contract/service/units`, as it was shown."""
    found: dict[Key, int] = {}
    for text in texts[:MOST]:
        parts = text.split("/")
        if len(parts) == 3 and all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
            contract, service, units = map(int, parts)
            found[contract, service] = units
    return found
