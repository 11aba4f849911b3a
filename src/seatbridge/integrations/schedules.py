"""When an integration syncs by itself: daily or weekly, before each posting day, and after its freeze.

`now` is always billing time (integrations.clocks): posting days are, and who shifts one shifts both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from seatbridge.config.start import current
from seatbridge.integrations.calendars import billing_calendar, billing_calendars
from seatbridge.integrations.changing import SettingRefused, tell
from seatbridge.integrations.cutoffs import REPLACING_NEEDS, Cutoff, missed_cutoffs
from seatbridge.integrations.due_times import ONE_DAY
from seatbridge.integrations.models import Integration, Schedule
from seatbridge.integrations.operator_stop import EVERYWHERE, stops_in_force
from seatbridge.integrations.timetable import EVENING, Timetable
from seatbridge.kit.timezones import is_time_zone
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.reconcile.facts import Method
from seatbridge.reconcile.posting import posting_at

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY = Q()
GOLDEN = (5**0.5 - 1) / 2
FIELDS = ("cadence", "at", "weekday", "timezone")


@dataclass(frozen=True, slots=True)
class Due:
    integration: Integration
    at: datetime
    last_before_posting: bool


def schedule_of(integration: Integration) -> Schedule:
    """The row, or the preset that is not saved yet: daily at 06:00 in the partner's zone."""
    return Schedule.objects.filter(integration=integration).first() or Schedule(integration=integration)


def set_schedule(
    integration: Integration,
    *,
    actor: str,
    now: datetime,
    cadence: str,
    at: time,
    weekday: int | None = None,
    timezone: str = "",
) -> Schedule:
    """`weekday`: 0 is Monday; a weekly schedule needs one. `timezone` empty: the partner's."""
    new = _checked(cadence, at, weekday, timezone)
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        row = schedule_of(integration)
        old = {name: getattr(row, name) for name in FIELDS}
        for name, value in new.items():
            setattr(row, name, value)
        row.next_run_at = _next(row, billing_calendar(integration), now)
        row.save()
        if new != old:
            said = {"old": _plain(old), "new": _plain(new)}
            tell(integration, "integration.schedule-set", actor, said)
    return row


def next_run_of(
    integration: Integration,
    now: datetime,
    calendar: BillingCalendar | None = None,
    schedule: Schedule | None = None,
) -> datetime | None:
    """None: the integration is off, so it does not run by itself. Due and not begun yet: that moment.

    `calendar`, `schedule`: where they are read already.
    """
    if not integration.enabled:
        return None
    row = schedule or schedule_of(integration)
    return row.next_run_at or _next(row, calendar or billing_calendar(integration), now)


def schedule_sentence(schedule: Schedule) -> str:
    days = "Daily" if schedule.cadence == Schedule.Cadence.DAILY else f"Every {WEEKDAYS[schedule.weekday]}"
    evening = f"and at {EVENING:%H:%M} the evening before you post"
    hour = "" if not share_of(schedule.integration_id) else ", within that hour"
    return f"{days} at {schedule.at:%H:%M} ({zone_of(schedule)}), {evening}{hour}."


def zone_of(schedule: Schedule) -> ZoneInfo:
    return ZoneInfo(schedule.timezone or schedule.integration.partner.timezone)


def is_any_due(now: datetime) -> bool:
    """Is there anything for `take_due`? One look that locks nothing, as it is asked all the time.

    Also True for what is off, stopped or not ready.
    """
    return Schedule.objects.filter(_is_due(now)).exists()


def plan(integrations: Iterable[Integration]) -> None:
    """Their schedules are rows from now on, with the preset; `take_due` finds their first moment."""
    rows = (Schedule(integration=each) for each in integrations)
    Schedule.objects.bulk_create(rows, ignore_conflicts=True)


def take_due(now: datetime, most: int = 100, ready: Q = EVERY) -> list[Due]:
    """Schedules that are due now, each once however long nobody asked; their next moment is saved.

    While the operator has stopped writing nothing is due: what was missed runs once, afterwards.
    Must be called in the transaction that makes use of them. At most `most` at once, only those that are
    `ready`, and none that another process is taking at this moment. An integration that is off runs nothing,
    and makes up for nothing once it is on again.
    """
    due = []
    looked_at = list(_to_look_at(now, most, ready))
    calendars = billing_calendars([row.integration for row in looked_at]) if looked_at else {}
    for row in looked_at:
        before, table = row.next_run_at, timetable_of(row, calendars[row.integration_id])
        row.next_run_at = table.next_after(now)
        if before is not None and row.integration.enabled:
            due.append(Due(row.integration, before, table.has_last_sync(before, now)))
    Schedule.objects.bulk_update(looked_at, ["next_run_at"])  # locked above, on SQLite by the transaction
    return due


def plan_anew(now: datetime) -> None:
    """At a start: whoever turned the billing clock back must not wait for a moment of the former future."""
    plan(_unplanned())
    too_late = Q(next_run_at__gt=now + 8 * ONE_DAY) | Q(cadence="daily", next_run_at__gt=now + 2 * ONE_DAY)
    for row in Schedule.objects.filter(too_late).select_related("integration__partner"):
        following = _next(row, billing_calendar(row.integration), now)
        if row.next_run_at is not None and following < row.next_run_at:
            Schedule.objects.filter(pk=row.pk).update(next_run_at=following)


def _to_look_at(now: datetime, most: int, ready: Q) -> Iterable[Schedule]:
    plan(_unplanned())
    rows = Schedule.objects.filter(ready, _is_due(now))
    stopped = {stop.host for stop in stops_in_force()}
    if EVERYWHERE in stopped:
        return []
    rows = rows.exclude(integration__hostname__in=stopped) if stopped else rows
    # Whoever saves a setting holds the integration first and then its schedule: both or none are taken here.
    rows = rows.select_for_update(skip_locked=True, of=("self", "integration"))
    locked = rows.select_related("integration__partner")
    return locked.order_by("next_run_at", "pk")[:most]


def _unplanned() -> Iterable[Integration]:
    """Switched on by a former release, which left it to the engine to make the row."""
    return Integration.objects.filter(enabled=True, is_draft=False, schedule=None)


def _is_due(now: datetime) -> Q:
    return Q(next_run_at=None) | Q(next_run_at__lte=now)


def timetable_of(row: Schedule, calendar: BillingCalendar | None = None) -> Timetable:
    known = calendar or billing_calendar(row.integration)
    return Timetable(
        at=row.at,
        weekday=row.weekday if row.cadence == Schedule.Cadence.WEEKLY else None,
        zone=zone_of(row),
        home=ZoneInfo(row.integration.partner.timezone),
        posting_days=frozenset(kind.day for kind in known.kinds),
        freeze_until=known.freeze_until,
        share=share_of(row.integration_id),
    )


def share_of(integration_id: int) -> float:
    """Multiples of the golden ratio: however many integrations there are, they lie evenly in their hour."""
    return (integration_id - 1) * GOLDEN % 1


def cutoffs_missed_by(
    integration: Integration,
    now: datetime,
    calendar: BillingCalendar | None = None,
    schedule: Schedule | None = None,
) -> list[Cutoff]:
    """`now`: billing time in the partner's zone. None is missed while it is off: nothing would be written.

    `calendar`, `schedule`: where they are read already.
    """
    if not integration.enabled or integration.is_draft:
        return []
    known = calendar or billing_calendar(integration)
    table = timetable_of(schedule or schedule_of(integration), known)
    postings = [posting_at(known, kind, now).next for kind in known.kinds]
    needs = REPLACING_NEEDS if integration.chosen_method == Method.REPLACE else timedelta(0)
    return missed_cutoffs(now, table.next_after, postings, needs=needs, vendor=current().vendor_zone)


def _next(row: Schedule, calendar: BillingCalendar, now: datetime) -> datetime:
    return timetable_of(row, calendar).next_after(now)


def _checked(cadence: str, at: time, weekday: int | None, timezone: str) -> dict[str, object]:
    if cadence not in Schedule.Cadence.values:
        raise SettingRefused(f"{cadence} is neither daily nor weekly.", "cadence")
    weekly = cadence == Schedule.Cadence.WEEKLY
    if weekly and (weekday is None or not 0 <= weekday <= 6):
        raise SettingRefused("A weekly schedule needs a day of the week.", "weekday")
    if timezone and not is_time_zone(timezone):
        raise SettingRefused(
            f"{timezone} is not a time zone: write one such as America/New_York.", "timezone"
        )
    minute = at.replace(second=0, microsecond=0, tzinfo=None)
    return {
        "cadence": cadence,
        "at": minute,
        "weekday": weekday if weekly and weekday is not None else 0,
        "timezone": timezone,
    }


def _plain(facts: dict[str, object]) -> dict[str, object]:
    return {name: f"{value:%H:%M}" if isinstance(value, time) else value for name, value in facts.items()}
