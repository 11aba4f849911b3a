"""What was sent to BMS, and what is owed there."""

from django.db import models

from seatbridge.integrations.models import Integration
from seatbridge.sync.models.runs import SyncRun


class Sent(models.Model):
    """Fields that say what a write carries: everything is sent, as read, but for what it changes."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="+")
    contract_id = models.PositiveBigIntegerField()
    service_id = models.PositiveBigIntegerField()
    line_id = models.PositiveBigIntegerField()  # the line as read before the write
    units = models.PositiveBigIntegerField(null=True)
    units_before = models.PositiveBigIntegerField(null=True)
    unit_price = models.DecimalField(max_digits=19, decimal_places=6)
    unit_cost = models.DecimalField(max_digits=19, decimal_places=6)
    name = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    effective_date = models.DateField()
    line_ids_before = models.JSONField(default=list)  # ids of the key's lines as read before
    total_before = models.DecimalField(max_digits=19, decimal_places=6)  # of the contract, as read before

    class Meta:
        abstract = True


class Write(Sent):
    """One intent to change a line by one call, committed before it; its state is what reading showed."""

    class Step(models.TextChoices):
        ADJUST = "adjust"
        PRICE = "price"
        CREATE = "create"  # the first line of the service on its contract; `line_id` 0 until it is read

    class State(models.TextChoices):
        INTENDED = "intended"
        CONFIRMED = "confirmed"
        REJECTED = "rejected"
        UNKNOWN = "unknown"
        NO_EFFECT = "no-effect"
        MISMATCH = "mismatch"

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="writes")
    step = models.CharField(max_length=10, choices=Step)
    state = models.CharField(max_length=10, choices=State, default=State.INTENDED)
    members = models.JSONField(default=list)  # [[company ref, product]]
    ahead = models.BooleanField(default=False)
    price_before = models.DecimalField(max_digits=19, decimal_places=6)
    cost_before = models.DecimalField(max_digits=19, decimal_places=6)
    date_before = models.DateField()
    # Since when the call is no longer on its way: the intent's moment, then the call's or its job's end.
    sent_at = models.DateTimeField()
    # "", answered, rejected, lost, not-sent; interrupted: the process that sent it, or not, is gone
    answer = models.CharField(max_length=20, blank=True)
    answer_code = models.IntegerField(null=True)
    answer_text = models.TextField(blank=True)
    answered_line = models.PositiveBigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["integration", "state"], name="open_writes")]


class Owed(Sent):
    """A line that we took to price 0 (or found doubled) and must bring to its end, whatever happens."""

    class Phase(models.TextChoices):
        ZEROING = "zeroing"  # price the line to 0
        ADDING = "adding"  # it stands at 0: post the new units
        RESTORING = "restoring"  # put its price, cost and name back
        RETURNING = "returning"  # a write dated ahead moved today's line: post its units and date back
        SETTLED = "settled"

    class Purpose(models.TextChoices):
        REPLACE = "replace"
        CANARY = "canary"
        DOUBLED = "doubled"  # only to be zeroed: another line of the service carries the units
        REVERT = "revert"  # only to be restored or returned

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="owed")
    purpose = models.CharField(max_length=10, choices=Purpose)
    phase = models.CharField(max_length=10, choices=Phase)
    members = models.JSONField(default=list)
    zero_name = models.CharField(max_length=500, blank=True)
    zero_sent_at = models.DateTimeField(null=True)
    zero_answer = models.CharField(max_length=20, blank=True)
    # The contract's total while the line stood at 0, by the last reading before its price came back.
    zero_seen_total = models.DecimalField(max_digits=19, decimal_places=6, null=True)
    add_sent_at = models.DateTimeField(null=True)
    add_answer = models.CharField(max_length=20, blank=True)
    add_code = models.IntegerField(null=True)
    add_text = models.TextField(blank=True)
    add_line = models.PositiveBigIntegerField(null=True)  # the answered id
    restore_sent_at = models.DateTimeField(null=True)
    restore_answer = models.CharField(max_length=20, blank=True)
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_how = models.CharField(max_length=30, blank=True)
    new_line_id = models.PositiveBigIntegerField(null=True)
    waits_for_person = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "contract_id", "service_id"],
                condition=~models.Q(phase="settled"),
                name="one_open_debt_per_contract_and_service",
            )
        ]
