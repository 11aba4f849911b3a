"""Sync Schedule."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from seatbridge.integrations.changing import SettingRefused
from seatbridge.integrations.clocks import billing_now
from seatbridge.integrations.schedules import schedule_sentence, set_schedule
from seatbridge.partners.roles import Right
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.integrations.forms import Timetable
from seatbridge.web.integrations.page import show_page
from seatbridge.web.integrations.stale import Stale, guarded, schedule_values
from seatbridge.web.integrations.typed import typed


@require_POST
def save(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.SETTINGS)
    form = Timetable(typed(request))
    if form.is_valid():
        read = form.cleaned_data
        try:
            with guarded(request, access, integration, schedule_values, _wanted(read)):
                row = set_schedule(
                    integration,
                    actor=access.actor,
                    now=billing_now(integration),
                    cadence=read["cadence"],
                    at=read["at"],
                    weekday=read["weekday"],
                    timezone=read["timezone"],
                )
        except Stale as stale:
            form.add_error(None, str(stale))
        except SettingRefused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, f"Sync Schedule: {schedule_sentence(row)}")
            return redirect(f"/integrations/{integration.pk}/#schedule")
    return show_page(request, access, integration, schedule=form)


def _wanted(read: dict[str, Any]) -> dict[str, Any]:
    """A daily one has no day of the week."""
    weekday = read["weekday"] if read["cadence"] == "weekly" else 0
    return {**read, "weekday": weekday}
