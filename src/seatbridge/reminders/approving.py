"""What a reminder's link can approve: the lines that still stand as the mail told, in the newest plan."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from seatbridge.reconcile.basis import what_moved
from seatbridge.reminders.models import Reminder
from seatbridge.sync.approvable import may_be_approved
from seatbridge.sync.models import SyncRun
from seatbridge.sync.plans import bases_of
from seatbridge.sync.requesting import Answer, NotNow, request_approval
from seatbridge.sync.shown.current import standing_of
from seatbridge.sync.shown.shown_lines import ShownLine

USED = NotNow("This link was used already. What still waits is under Changes.")


@dataclass(frozen=True, slots=True)
class Offer:
    """`moved`: lines of the mail that are another matter by now, and what moved."""

    plan: SyncRun | None
    lines: tuple[ShownLine, ...]
    moved: tuple[tuple[str, str], ...]


def offer_of(reminder: Reminder) -> Offer:
    standing = standing_of(reminder.integration)
    base = standing.base
    if base is None:
        return Offer(None, (), ())
    told = {(company, product): tuple(basis) for company, product, basis in reminder.lines}
    bases = bases_of(SyncRun.objects.get(pk=base.pk))
    lines, moved = [], []
    for line in standing.plan.lines:
        if line.key not in told or standing.plan.run_of[line.key] != base.pk or not line.is_waiting:
            continue
        now = bases.get(line.key, ())
        if now != told[line.key]:
            moved.append((line.name, what_moved(told[line.key], now)))
        elif may_be_approved(line):
            lines.append(line)
        else:
            moved.append((line.name, "it cannot be approved; look at it under Changes"))
    return Offer(base, tuple(lines), tuple(moved))


def approve_offer(reminder: Reminder, *, actor: str, now: datetime) -> Answer:
    """Once. Where nothing could be asked for, the link may be used again."""
    with transaction.atomic():
        row = Reminder.objects.select_for_update().select_related("integration__partner").get(pk=reminder.pk)
        if row.used_at is not None:
            return USED
        offer = offer_of(row)
        if offer.plan is None or not offer.lines:
            return NotNow("None of these lines waits any more as the mail told. Look at them under Changes.")
        pairs = [line.key for line in offer.lines]
        answer = request_approval(
            offer.plan, digest=offer.plan.plan_digest, actor=actor, now=now, pairs=pairs
        )
        if isinstance(answer, SyncRun):
            row.used_at = now
            row.save(update_fields=["used_at"])
        return answer
