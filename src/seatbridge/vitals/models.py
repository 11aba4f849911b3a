"""What processes tell of themselves, so that any of them can answer for all."""

from django.db import models


class EngineBeat(models.Model):
    """A process that carries runs, while it lives."""

    process = models.CharField(max_length=64, unique=True)
    machine = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)


class Tally(models.Model):
    """A counter that only grows: the sum over its shards, so that processes do not queue for one row."""

    name = models.CharField(max_length=40)
    first = models.CharField(max_length=120, blank=True)  # the counter's labels
    second = models.CharField(max_length=60, blank=True)
    shard = models.PositiveSmallIntegerField()
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "first", "second", "shard"], name="one_tally_per_shard")
        ]
