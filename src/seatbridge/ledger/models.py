from typing import NoReturn

from django.db import models

from seatbridge.partners.models import Partner


class LedgerIsAppendOnly(TypeError):
    """Somebody tried to change or delete what is kept for good."""

    def __init__(self) -> None:
        super().__init__(
            "A ledger entry is never changed or deleted. Append another one that says what is so now."
        )


class _AppendOnly(models.QuerySet["LedgerEntry"]):
    def update(self, **_kwargs: object) -> NoReturn:
        raise LedgerIsAppendOnly

    def delete(self) -> NoReturn:
        raise LedgerIsAppendOnly

    def bulk_update(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise LedgerIsAppendOnly


class LedgerEntry(models.Model):
    """One record for good. Ids are plain numbers: an entry outlives what it speaks of."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveBigIntegerField()  # 1, 2, 3, … for each partner
    at = models.DateTimeField()
    event = models.CharField(max_length=64)  # subject.verb
    actor = models.CharField(max_length=200)
    integration_id = models.BigIntegerField(null=True)
    run_id = models.BigIntegerField(null=True)
    contract_id = models.BigIntegerField(null=True)
    service_id = models.BigIntegerField(null=True)
    line_id = models.BigIntegerField(null=True)
    data = models.TextField()  # canonical JSON, exactly as it was hashed
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = _AppendOnly.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "seq"], name="one_entry_per_number")]
        indexes = [
            models.Index(fields=["integration_id", "contract_id", "service_id"], name="ledger_of_a_line"),
            models.Index(fields=["run_id"], name="ledger_of_a_run"),
            models.Index(fields=["integration_id", "event"], name="ledger_of_an_event"),
        ]

    def save(self, *_args: object, **_kwargs: object) -> None:
        if not self._state.adding:
            raise LedgerIsAppendOnly
        super().save(force_insert=True)

    def delete(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise LedgerIsAppendOnly


class LedgerHead(models.Model):
    """Where a partner's ledger ends. The seal makes a cut tail show: only we can sign a shorter ledger."""

    partner = models.OneToOneField(Partner, on_delete=models.PROTECT, primary_key=True, related_name="+")
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="", blank=True)
    seal = models.CharField(max_length=128, default="", blank=True)
