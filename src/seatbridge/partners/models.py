from django.db import models


class Partner(models.Model):
    """The MSP that owns every row."""

    name = models.CharField(max_length=200, unique=True)
    timezone = models.CharField(max_length=64)  # an IANA name, checked by `adding`
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="partner_has_a_name")]
