"""Where invoices or BMS do not agree with us."""

from django.db import models

from seatbridge.integrations.models import Integration
from seatbridge.sync.models.runs import SyncRun


class InvoiceCheck(models.Model):
    """What the invoices of one posting day carry, against what stood on contract then: see invoice_checks."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="invoice_checks")
    posted_on = models.DateField()
    issue_on = models.CharField(max_length=10)  # of which contracts: start or end of cycle
    document = models.BinaryField()  # zlib of JSON: a row a line of BMS
    summary = models.JSONField(default=dict)  # lines by outcome, and the money amiss
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "posted_on", "issue_on"], name="one_invoice_check_per_posting"
            )
        ]

    @property
    def is_done(self) -> bool:
        """Nothing was amiss at the last look."""
        amiss = ("not-on-invoice", "other-quantity", "cannot-tell")
        return bool(self.summary) and not any(self.summary.get(name) for name in amiss)


class Difference(models.Model):
    """One line on which count, last written and BMS do not agree, as the newest plan found it."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="differences")
    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="+")
    contract_id = models.PositiveBigIntegerField()
    service_id = models.PositiveBigIntegerField()
    members = models.JSONField(default=list)  # [[company ref, product, name]]
    search = models.TextField(blank=True)  # names and refs, in small letters
    kind = models.CharField(max_length=20)  # reconcile.differences.DifferenceKind
    counted = models.PositiveBigIntegerField(null=True)
    written = models.PositiveBigIntegerField(null=True)
    in_bms = models.PositiveBigIntegerField(null=True)
    moved = models.DecimalField(max_digits=19, decimal_places=6, null=True)  # of the contract's total
    money = models.DecimalField(max_digits=19, decimal_places=2, null=True)  # a month
    sentence = models.TextField()
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "contract_id", "service_id"], name="one_difference_per_line"
            )
        ]
