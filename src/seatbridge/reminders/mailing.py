"""Send the reminders that are written down: each once, however often the mail server is away."""

import logging
from datetime import timedelta
from email.utils import formataddr
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Exists, F, OuterRef
from django.urls import reverse

from seatbridge.kit.clock import Clock
from seatbridge.partners.models import Member
from seatbridge.partners.roles import Right, Role, may
from seatbridge.reminders.links import key_of
from seatbridge.reminders.models import Reminder

AT_ONCE = 50
DECIDING = [role for role in Role if may(role, Right.APPROVE)]
CLAIMED = timedelta(minutes=10)  # for whoever sends it: who dies meanwhile has it sent by another
AGAIN_AFTER = timedelta(minutes=5)
_LOG = logging.getLogger(__name__)


def send_reminders(clock: Clock) -> int:
    """How many went out. A mail that was lost on its way to the server goes out with the same Message-ID."""
    now = clock.now()
    waiting = Reminder.objects.filter(sent_at=None, try_at__lte=now, expires_at__gt=clock.billing_now())
    may_decide = Member.objects.filter(
        partner=OuterRef("integration__partner"), user=OuterRef("user"), role__in=DECIDING
    )
    waiting = waiting.filter(Exists(may_decide))  # still: the mail may be days late
    rows = waiting.select_related("integration__partner", "user").order_by("try_at", "pk")[:AT_ONCE]
    return sum(_send(row, clock) for row in rows)


def _send(row: Reminder, clock: Clock) -> bool:
    """By one process: the claim is taken in the row before anything is sent."""
    mine = Reminder.objects.filter(pk=row.pk, sent_at=None, try_at=row.try_at)
    if not mine.update(try_at=clock.now() + CLAIMED, tries=F("tries") + 1):
        return False
    try:
        _mail(row).send()
    except (OSError, SMTPException) as error:
        _LOG.warning("reminder %s was not sent, and is tried again: %s", row.pk, error)
        Reminder.objects.filter(pk=row.pk).update(try_at=clock.now() + AGAIN_AFTER)
        return False
    Reminder.objects.filter(pk=row.pk).update(sent_at=clock.now())
    return True


def _mail(row: Reminder) -> EmailMessage:
    on = f"{row.deadline:%a} {row.deadline.day} {row.deadline:%b}"
    return EmailMessage(
        f"{row.integration.partner.name}: {_waiting(row)} before you post on {on}",
        f"{row.text}\n{_way(row)}\n",
        None,
        [formataddr((row.user.name, row.user.email))],
        headers={"Message-ID": f"<reminder-{row.pk}-{row.made_at:%Y%m%d%H%M%S}@seatbridge>"},
    )


def _way(row: Reminder) -> str:
    """Without a public address nobody can be led to a page."""
    if not settings.PUBLIC_URL:
        return "Open Changes in Seatbridge to decide."
    address = f"{settings.PUBLIC_URL}{reverse('decide-by-mail', args=[key_of(row)])}"
    how = "Look at them and approve them here; you are asked to sign in, and the link approves once:"
    return f"{how}\n{address}"


def _waiting(row: Reminder) -> str:
    number = len(row.lines)
    return f"{number} line{'' if number == 1 else 's'} to decide"
