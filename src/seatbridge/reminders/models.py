from django.conf import settings
from django.db import models

from seatbridge.integrations.models import Integration
from seatbridge.sync.models import SyncRun


class Reminder(models.Model):
    """One mail to one person about lines that wait: written down first, then sent, once."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="reminders")
    deadline = models.DateField()  # the posting day before which the lines are to be decided
    days_before = models.PositiveSmallIntegerField()  # working days
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    plan = models.ForeignKey(SyncRun, on_delete=models.SET_NULL, null=True, related_name="+")
    lines = models.JSONField(default=list)  # [company ref, product, basis] as the mail tells of them
    text = models.TextField()  # of the mail, but for its link
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # billing time: midnight of the posting day, partner's zone
    tries = models.PositiveIntegerField(default=0)
    try_at = models.DateTimeField()  # not before then, on the real clock
    sent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)  # its link approves once

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "deadline", "days_before", "user"], name="one_reminder_per_person"
            )
        ]
        indexes = [models.Index(fields=["sent_at", "try_at"], name="reminders_to_send")]
