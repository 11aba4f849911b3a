"""Runs, and what they found and remember of each line."""

from django.db import models

from seatbridge.integrations.models import Integration


class SyncRun(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued"
        OBSERVING = "observing"
        PLANNED = "planned"
        AWAITING_APPROVAL = "awaiting-approval"
        APPLYING = "applying"
        PAUSED = "paused"
        VERIFYING = "verifying"
        SUCCEEDED = "succeeded"
        NEEDS_ATTENTION = "needs-attention"
        FAILED = "failed"
        CANCELLED = "cancelled"

    ACTIVE = (State.QUEUED, State.OBSERVING, State.PLANNED, State.APPLYING, State.PAUSED, State.VERIFYING)

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=20, choices=State, default=State.QUEUED)
    actor = models.CharField(max_length=120)
    dry_run = models.BooleanField(default=False)
    approved = models.BooleanField(default=False)  # a person's approved Sync Now
    approved_lines = models.JSONField(default=list)  # [[company ref, product]] released by name
    approves_run = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="approved_by")
    # The run of which it writes the former units back, and the lines of it [[company ref, product]].
    puts_back = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="put_back_by")
    puts_back_lines = models.JSONField(default=list, db_default=[])
    companies = models.JSONField(default=list)  # refs; empty: all
    last_before_posting = models.BooleanField(default=False)  # what is written once a period is written now
    only_named = models.BooleanField(default=False)  # approves the lines in `approved_lines` and no others
    # The engine carries it: it was queued by a page, a program or the schedule.
    requested = models.BooleanField(default=False)
    # Grows by one whenever another process takes the run over; checked at every intent.
    fencing_token = models.PositiveIntegerField(default=1)
    taken_over = models.PositiveIntegerField(default=0)
    # Whose it is, and until when by the database's clock (sync.leases); no moment: while that process lives.
    carried_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    lease_until = models.DateTimeField(null=True)
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    # Paused: nobody carries it, and nobody takes it up before then, on the real clock.
    resume_at = models.DateTimeField(null=True)
    pause = models.JSONField(default=dict, db_default={})  # see sync.pausing
    ended_at = models.DateTimeField(null=True, db_index=True)
    plan_digest = models.CharField(max_length=64, blank=True)
    plan_document = models.BinaryField(null=True)  # zlib of canonical JSON: every planned line, as planned
    holds = models.JSONField(default=list)  # why the run waits as a whole
    summary = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)  # {status, cause, fix} of what ended the run early

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration"],
                condition=models.Q(
                    state__in=["queued", "observing", "planned", "applying", "paused", "verifying"]
                ),
                name="one_active_run_per_integration",
            )
        ]


class LastFacts(models.Model):
    """What the newest whole plan of an integration was computed from, as far as rules have a say in it."""

    integration = models.OneToOneField(
        Integration, on_delete=models.CASCADE, primary_key=True, related_name="last_facts"
    )
    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="+")
    document = models.BinaryField()  # zlib of JSON: see kept_facts


class LineResult(models.Model):
    """What became of one planned line, where that differs from what the plan document says."""

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="results")
    company = models.CharField(max_length=100)
    product = models.CharField(max_length=40)
    status = models.CharField(max_length=40)
    cause = models.TextField(blank=True)
    fix = models.TextField(blank=True)
    line_id = models.PositiveBigIntegerField(null=True)
    units_before = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "company", "product"], name="one_result_per_planned_line"),
        ]


class LineMemory(models.Model):
    """What we remember of one (contract, service): see reconcile.facts.KnownLine for the meaning of each."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="line_memories")
    contract_id = models.PositiveBigIntegerField()
    service_id = models.PositiveBigIntegerField()
    line_id = models.PositiveBigIntegerField(null=True)
    written_units = models.PositiveBigIntegerField(null=True)
    written_from = models.DateField(null=True)
    written_price = models.DecimalField(max_digits=19, decimal_places=6, null=True)
    total_after = models.DecimalField(max_digits=19, decimal_places=6, null=True)
    alone = models.BooleanField(default=False)
    agreed = models.CharField(max_length=20, blank=True, default="", db_default="")
    pending_units = models.PositiveBigIntegerField(null=True)
    pending_from = models.DateField(null=True)
    pending_unknown = models.BooleanField(default=False)
    pending_before = models.PositiveBigIntegerField(null=True)  # units in force until then
    pending_price = models.DecimalField(max_digits=19, decimal_places=6, null=True)  # sent with it
    # What a person made of today's price since: on its day the pending write puts the one that it sent.
    price_since = models.DecimalField(max_digits=19, decimal_places=6, null=True)
    confirmed_units = models.PositiveBigIntegerField(null=True)
    first_seen_units = models.PositiveBigIntegerField(null=True)
    carried_price = models.DecimalField(max_digits=19, decimal_places=6, null=True)
    carried_cost = models.DecimalField(max_digits=19, decimal_places=6, null=True)
    dead_lines = models.JSONField(default=list)
    invoiced_units = models.PositiveBigIntegerField(null=True)
    invoiced_on = models.DateField(null=True)
    invoiced_only = models.BooleanField(default=False)
    invoices_looked_on = models.DateField(
        null=True
    )  # billing day on which invoices were last read for this key
    stopped = models.TextField(blank=True)
    # The run whose check failed: what was approved for that very run was approved before anybody knew.
    stopped_run = models.PositiveBigIntegerField(null=True)
    automatic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "contract_id", "service_id"],
                name="one_memory_per_contract_and_service",
            ),
        ]
