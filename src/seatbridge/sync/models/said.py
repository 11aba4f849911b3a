"""What a person said of a line, and what waits for a word."""

from django.db import models

from seatbridge.integrations.models import Integration
from seatbridge.sync.models.runs import SyncRun


class Decision(models.Model):
    """What a person decided about one line, until the next invoice run: see reconcile.decided.Decided."""

    class Choice(models.TextChoices):
        APPROVE = "approve"
        LEAVE = "leave"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="decisions")
    contract_id = models.PositiveBigIntegerField()
    service_id = models.PositiveBigIntegerField()
    choice = models.CharField(max_length=10, choices=Choice)
    members = models.JSONField(default=list)  # [[company ref, product]]
    status = models.CharField(max_length=40)  # of the line as it was decided on
    units = models.PositiveBigIntegerField(null=True)
    units_before = models.PositiveBigIntegerField(null=True)
    basis = models.JSONField(default=list)
    until = models.DateField()  # the posting day that it ends with
    by = models.CharField(max_length=120)
    decided_on = models.DateField()  # billing day in the partner's zone
    kept = models.BooleanField(default=False)  # a plan was made since that stood exactly as approved

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "contract_id", "service_id"],
                name="one_decision_per_contract_and_service",
            ),
        ]


class WaitingLine(models.Model):
    """A line that waits for a person, and the invoice run before which it is to be decided."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="waiting_lines")
    contract_id = models.PositiveBigIntegerField()
    service_id = models.PositiveBigIntegerField()
    deadline = models.DateField()
    missed = models.DateField(null=True)  # the newest invoice run that it missed

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "contract_id", "service_id"],
                name="one_wait_per_contract_and_service",
            ),
        ]


class PutBack(models.Model):
    """A person's order to bring a line back to `units`, and to leave it there: see reconcile.put_backs."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="put_backs")
    contract_id = models.PositiveBigIntegerField()
    service_id = models.PositiveBigIntegerField()
    units = models.PositiveBigIntegerField()
    written = models.PositiveBigIntegerField()  # what was put back
    since = models.DateField()  # from which day that was written
    until = models.DateField()  # the posting day that it outlasts
    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="orders")
    actor = models.CharField(max_length=120)
    ordered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "contract_id", "service_id"],
                condition=models.Q(ended_at=None),
                name="one_put_back_per_contract_and_service",
            )
        ]


class Instruction(models.Model):
    """What a person decided about a company's lines, and that lasts beyond one run: until it is done."""

    class Kind(models.TextChoices):
        PLAN_CHANGE = "plan-change"  # both lines of `lines`, or neither
        STOP = "stop-billing"  # the whole company, from `from_date`; in force until it is withdrawn
        NEW_LINE = "new-line"  # add the service to the contract
        KEEP = "keep"  # leave the line at the units that somebody set in BMS

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        WITHDRAWN = "withdrawn"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="instructions")
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    company = models.CharField(max_length=100)  # ref
    product = models.CharField(max_length=40, blank=True)  # empty: all of the company's
    lines = models.JSONField(default=list)  # [[contract id, service id, units]], in the order of writing
    contract_id = models.PositiveBigIntegerField(null=True)
    service_id = models.PositiveBigIntegerField(null=True)
    units = models.PositiveBigIntegerField(null=True)
    counted = models.PositiveBigIntegerField(null=True)  # the count that it was decided on
    from_date = models.DateField(null=True)  # of a stop; none: the contract's end
    unit_price = models.DecimalField(max_digits=19, decimal_places=6, null=True)
    unit_cost = models.DecimalField(max_digits=19, decimal_places=6, null=True)
    given_by = models.CharField(max_length=120)
    given_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "kind", "company", "product"],
                condition=models.Q(state="open") | models.Q(state="done", kind="stop-billing"),
                name="one_instruction_in_force",
            )
        ]
