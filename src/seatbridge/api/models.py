from django.db import models

from seatbridge.partners.models import ApiToken


class KeptAnswer(models.Model):
    """What a call with an Idempotency-Key was answered, for a day. `status` null: it is being carried out.

    No answer of the API holds a secret. The request is kept as a keyed digest only: it may hold a password.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="kept_answers")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    begun_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    content = models.TextField(blank=True)
    location = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_token_and_key")]
