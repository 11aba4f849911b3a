"""The link of a reminder: signed, of one person, good once and until the deadline."""

from django.core import signing

from seatbridge.reminders.models import Reminder
from seatbridge.users.models import User

_SALT = "seatbridge.reminders.link"


def key_of(row: Reminder) -> str:
    return signing.dumps([row.pk, row.user_id], salt=_SALT)


def partner_of(number: int, user: User) -> int | None:
    """Whose lines the reminder of this person is about."""
    rows = Reminder.objects.filter(pk=number, user=user)
    return rows.values_list("integration__partner", flat=True).first()


def read_key(key: str) -> tuple[int, int] | None:
    """Reminder and person; None: nobody of ours signed it."""
    try:
        number, user = signing.loads(key, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(number), int(user)
