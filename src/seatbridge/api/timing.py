"""When an integration syncs, and when invoices are posted."""

from datetime import time
from typing import Any

from seatbridge.api.calls import Call
from seatbridge.api.failing import told_as_problems
from seatbridge.api.integrations import PATH
from seatbridge.api.operations import resource
from seatbridge.api.problems import FieldError, Problem
from seatbridge.api.schemas.timing import (
    CalendarIn,
    CalendarOut,
    PostedIn,
    PostedOut,
    ScheduleIn,
    ScheduleOut,
)
from seatbridge.integrations.calendar_words import calendar_sentences
from seatbridge.integrations.calendars import billing_calendar, note_posted, plain_terms
from seatbridge.integrations.clocks import billing_now, billing_today, clock
from seatbridge.integrations.connecting import connected
from seatbridge.integrations.models import Integration, Schedule
from seatbridge.integrations.schedules import WEEKDAYS, next_run_of, schedule_of, set_schedule, zone_of
from seatbridge.mappings.whole_calendar import UnknownContracts, WholeCalendar, set_whole_calendar
from seatbridge.partners.roles import Right
from seatbridge.reconcile.calendar import ContractTerms, IssueOn

timing = resource("Schedule and calendar")
DAYS = [day.lower() for day in WEEKDAYS]


@timing.operation("GET", f"{PATH}/schedule", ScheduleOut)
def get_schedule(request: Call) -> dict[str, Any]:
    """Read when the integration syncs by itself, and when next."""
    return _schedule(request.integration, schedule_of(request.integration))


@timing.operation("PUT", f"{PATH}/schedule", ScheduleOut, right=Right.SETTINGS, body="application/json")
def put_schedule(request: Call, body: ScheduleIn) -> dict[str, Any]:
    """Set when the integration syncs by itself."""
    integration = request.integration
    with told_as_problems():
        row = set_schedule(
            integration,
            actor=request.access.actor,
            now=billing_now(integration),
            cadence=body.cadence,
            at=time.fromisoformat(body.at),
            weekday=None if body.weekday is None else DAYS.index(body.weekday),
            timezone=body.timezone or "",
        )
    return _schedule(integration, row)


@timing.operation("GET", f"{PATH}/calendar", CalendarOut)
def get_calendar(request: Call) -> dict[str, Any]:
    """Read the billing calendar."""
    return show_calendar(request.integration)


@timing.operation(
    "PUT",
    f"{PATH}/calendar",
    CalendarOut,
    right=Right.SETTINGS,
    body="application/json",
    problems=(424,),
)
def put_calendar(request: Call, body: CalendarIn) -> dict[str, Any]:
    """Set the billing calendar, and the contracts that do otherwise.

    A contract that is named for the first time must be in BMS, which is read where its lists lack it.
    """
    integration = request.integration
    try:
        with told_as_problems():
            set_whole_calendar(
                integration, _wanted(body), connected, actor=request.access.actor, now=clock().now()
            )
    except UnknownContracts as unknown:
        places = {each.contract_id: number for number, each in enumerate(body.contracts or ())}
        errors = [
            FieldError(f"contracts.{places[each]}.contract_id", f"BMS has no contract {each}.")
            for each in unknown.ids
        ]
        raise Problem(422, str(unknown)[:500], errors=errors) from unknown
    integration.refresh_from_db()
    return show_calendar(integration)


@timing.operation("POST", f"{PATH}/posted", PostedOut, right=Right.APPROVE, body="application/json")
def note_posting(request: Call, body: PostedIn | None = None) -> dict[str, Any]:
    """Note that posting is done: the freeze of that day ends. Twice is as good as once."""
    today = billing_today(request.integration)
    on = today if body is None or body.on is None else body.on
    with told_as_problems():
        note_posted(request.integration, on, today=today, actor=request.access.actor)
    return {"on": on}


def _wanted(body: CalendarIn) -> WholeCalendar:
    terms = None
    if body.contracts is not None:
        terms = {
            each.contract_id: ContractTerms(
                IssueOn(each.issue_on) if each.issue_on else None, each.fiscal, each.posts_on
            )
            for each in body.contracts
        }
        if len(terms) < len(body.contracts):
            raise Problem(
                422, "A contract is named twice.", errors=[FieldError("contracts", "is named twice")]
            )
    return WholeCalendar(
        start_posts_on=body.start_posts_on,
        end_posts_on=body.end_posts_on,
        default=body.default,
        fiscal=body.fiscal,
        freeze_until=None if body.freeze_until is None else time.fromisoformat(body.freeze_until),
        contracts=terms,
    )


def _schedule(integration: Integration, row: Schedule) -> dict[str, Any]:
    row.integration = integration
    weekly = row.cadence == Schedule.Cadence.WEEKLY
    return {
        "cadence": row.cadence,
        "at": f"{row.at:%H:%M}",
        "weekday": DAYS[row.weekday] if weekly else None,
        "timezone": zone_of(row).key,
        "next_run_at": next_run_of(integration, billing_now(integration), schedule=row),
    }


def show_calendar(integration: Integration) -> dict[str, Any]:
    known = billing_calendar(integration)
    return {
        "start_posts_on": known.start_posts_on,
        "end_posts_on": known.end_posts_on,
        "default": known.default.value,
        "fiscal": known.fiscal,
        "freeze_until": f"{known.freeze_until:%H:%M}",
        "contracts": [
            {"contract_id": number, **plain_terms(terms)} for number, terms in sorted(known.contracts.items())
        ],
        "sentences": list(calendar_sentences(known, billing_now(integration))),
    }
