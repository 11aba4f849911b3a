"""Rows of a sync: the run, what became of its lines, every write, what is owed, what we remember."""

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
        amiss = ("not-on-invoice", "other-quantity")
        return bool(self.summary) and not any(self.summary.get(name) for name in amiss)


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
