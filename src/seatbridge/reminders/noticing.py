"""Who is to be reminded now: written down once for each person, whoever else looks at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.template.loader import render_to_string

from seatbridge.integrations.models import Integration
from seatbridge.kit.clock import Clock
from seatbridge.partners.models import Member
from seatbridge.partners.roles import Right, Role, may
from seatbridge.reconcile.periods import ONE_DAY
from seatbridge.reconcile.words import amount, day, signed
from seatbridge.reminders.models import Reminder
from seatbridge.reminders.working_days import ends_at, step_at
from seatbridge.sync.models import SyncRun, WaitingLine
from seatbridge.sync.plans import bases_of
from seatbridge.sync.shown.current import stake_of, standing_of
from seatbridge.sync.shown.shown_lines import ShownLine

FARTHEST = 10 * ONE_DAY  # more than three working days, and a weekend, before a deadline
MOST_TOLD = 30  # lines of a mail


@dataclass(frozen=True, slots=True)
class Due:
    integration: Integration
    deadline: date
    step: int


def note_reminders(clock: Clock) -> int:
    """Reminders that are due, written down to be sent; how many."""
    return sum(_note(due, clock) for due in _due(clock.billing_now()))


def _due(now: datetime) -> list[Due]:
    near = WaitingLine.objects.filter(
        deadline__gte=now.date() - ONE_DAY,
        deadline__lte=now.date() + FARTHEST,
        integration__enabled=True,
        integration__is_draft=False,
    )
    pairs = set(near.values_list("integration_id", "deadline").distinct())
    if not pairs:
        return []
    numbers = {number for number, _ in pairs}
    rows = Integration.objects.select_related("partner").in_bulk(numbers)
    known = set(
        Reminder.objects.filter(integration__in=numbers).values_list(
            "integration_id", "deadline", "days_before"
        )
    )
    found = []
    for number, deadline in sorted(pairs):
        step = step_at(deadline, now, ZoneInfo(rows[number].partner.timezone))
        if step is not None and (number, deadline, step) not in known:
            found.append(Due(rows[number], deadline, step))
    return found


def _note(due: Due, clock: Clock) -> int:
    standing = standing_of(due.integration)
    base = standing.base
    lines = [line for line in standing.plan.lines if line.is_waiting and line.deadline == due.deadline]
    people = [
        member.user
        for member in Member.objects.filter(partner=due.integration.partner_id).select_related("user")
        if may(Role(member.role), Right.APPROVE) and member.user.is_active
    ]
    if base is None or not lines or not people:
        return 0
    lines.sort(key=lambda line: (-stake_of(line), line.name.casefold()))
    bases = bases_of(SyncRun.objects.get(pk=base.pk))
    told = [[*line.key, list(bases.get(line.key, ()))] for line in lines]
    text = _text(due, lines)
    now = clock.now()
    zone = ZoneInfo(due.integration.partner.timezone)
    with transaction.atomic():
        made = Reminder.objects.bulk_create(
            [
                Reminder(
                    integration=due.integration,
                    deadline=due.deadline,
                    days_before=due.step,
                    user=user,
                    plan=base,
                    lines=told,
                    text=text,
                    made_at=now,
                    expires_at=ends_at(due.deadline, zone),
                    try_at=now,
                )
                for user in people
            ],
            ignore_conflicts=True,
        )
    return len(made)


def _text(due: Due, lines: Sequence[ShownLine]) -> str:
    return render_to_string(
        "reminders/mail.txt",
        {
            "partner": due.integration.partner.name,
            "deadline": f"{due.deadline:%a} {day(due.deadline)}",
            "step": due.step,
            "number": len(lines),
            "lines": [_told(line) for line in lines[:MOST_TOLD]],
            "more": max(len(lines) - MOST_TOLD, 0),
            "stake": _stake(lines),
        },
    )


def _stake(lines: Sequence[ShownLine]) -> str:
    sums = {line.shared: stake_of(line) for line in lines}
    return amount(sum(sums.values()), lines[0].currency)  # type: ignore[arg-type] # there is at least one


def _told(line: ShownLine) -> dict[str, str]:
    money = "" if not line.money else f", {signed(line.money, line.currency)} a month"
    return {
        "fact": f"{line.name}, {line.product.title()}: {line.units} units{money}",
        "waiting": line.waiting,
    }
