from datetime import time

from django.db import models

from seatbridge.partners.models import Partner


class Integration(models.Model):
    """A partner's settings for one PSA. What a person can type is checked by the verbs beside this file."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="integrations")
    psa = models.CharField(max_length=32, default="kaseya-bms")
    hostname = models.CharField(max_length=253)
    company_name = models.CharField(max_length=200)
    username = models.CharField(max_length=200)
    sealed_password = models.TextField()
    sealed_totp = models.TextField(default="", blank=True)
    password_set_on = models.DateField(null=True)
    enabled = models.BooleanField(default=False)
    # Typed to authenticate, and not saved yet: nothing else can be set, and nothing runs.
    is_draft = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    first_run_approved_at = models.DateTimeField(null=True)
    stopped_reason = models.TextField(
        default="", blank=True
    )  # not empty: writing waits until a person has looked
    currency = models.CharField(max_length=3, default="USD")

    authenticated_at = models.DateTimeField(null=True)
    bms_business_name = models.CharField(max_length=200, default="", blank=True)
    bms_user = models.CharField(max_length=200, default="", blank=True)

    start_posts_on = models.PositiveSmallIntegerField(default=25)
    end_posts_on = models.PositiveSmallIntegerField(default=1)
    calendar_default = models.CharField(max_length=5, default="end")
    fiscal = models.BooleanField(default=True)
    freeze_until = models.TimeField(default=time(18, 0))

    chosen_method = models.CharField(max_length=16, default="auto")
    test_contract_id = models.BigIntegerField(null=True)
    rewrites_are_clean = models.BooleanField(default=False)
    # Company ref ("": the integration itself) -> rule name -> value: only what differs. On this row, so that
    # no page and no run asks for them apart. Null: nothing was ever changed.
    rules = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "hostname", "company_name"], name="one_integration_per_bms_company"
            )
        ]


class ContractTerms(models.Model):
    """What one contract does differently from the integration's calendar; null = as the calendar says."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="contract_terms")
    contract_id = models.BigIntegerField()
    issue_on = models.CharField(max_length=5, null=True)  # noqa: DJ001 - null is "as the calendar says", not a text
    fiscal = models.BooleanField(null=True)
    posts_on = models.PositiveSmallIntegerField(null=True)  # day of the month

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "contract_id"], name="one_terms_row_per_contract")
        ]


class PostingDone(models.Model):
    """A day on which a person said that posting was done."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="postings_done")
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["integration", "on"], name="one_posting_done_per_day")]


class Schedule(models.Model):
    """When the integration syncs by itself. `next_run_at` null: not computed yet; the engine does it."""

    class Cadence(models.TextChoices):
        DAILY = "daily"
        WEEKLY = "weekly"

    integration = models.OneToOneField(Integration, on_delete=models.CASCADE, related_name="schedule")
    cadence = models.CharField(max_length=6, choices=Cadence, default=Cadence.DAILY)
    at = models.TimeField(default=time(6, 0))
    weekday = models.PositiveSmallIntegerField(default=0)  # of a weekly one; 0 is Monday
    timezone = models.CharField(max_length=64, blank=True, default="")  # empty: the partner's
    next_run_at = models.DateTimeField(null=True, db_index=True)  # on the billing clock

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="schedule_weekday"),
        ]


class BmsCompany(models.Model):
    """How one company of a BMS behaves (writing.md, verdict), whoever of its integrations found out."""

    host = models.CharField(max_length=253)
    company_name = models.CharField(max_length=200)
    reading = models.CharField(max_length=16, default="unknown")
    ahead = models.CharField(max_length=16, default="unknown")
    undecided_reason = models.TextField(default="", blank=True)
    # "rejects" needs two different lines refused with the same code: the first one is kept here
    rejected_code = models.IntegerField(null=True)
    rejected_line_id = models.BigIntegerField(null=True)
    price_basis = models.JSONField(default=dict)  # billing cycle, lower-case -> "period" or "month"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "company_name"], name="one_row_per_bms_company")
        ]


class BmsUser(models.Model):
    """What the lock-out rule must remember of one BMS user: integrations with the same user share it."""

    host = models.CharField(max_length=253)
    company_name = models.CharField(max_length=200)
    username = models.CharField(max_length=200)
    # Keyed hashes of a password, never the password: the one refused last, and the one accepted last.
    refused_credentials = models.CharField(max_length=128, default="", blank=True)
    proven_credentials = models.CharField(max_length=128, default="", blank=True)
    refused_at = models.DateTimeField(null=True)
    tries = models.JSONField(default=list)  # ISO instants of sign-ins not known to be good, newest last
    trying_since = models.DateTimeField(null=True)  # a sign-in is under way: nobody else starts one

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "company_name", "username"], name="one_row_per_bms_user")
        ]


class CallWindow(models.Model):
    """Calls of one endpoint to one BMS company in the running period, whoever made them (`budgets`)."""

    host = models.CharField(max_length=253)
    company_name = models.CharField(max_length=200)
    endpoint = models.CharField(max_length=120)  # method and path template, no ids
    period_seconds = models.PositiveIntegerField()  # who counts by another period counts apart
    slots = models.JSONField(default=dict)  # slot -> calls: see psa.kaseya_bms.call_window
    version = models.PositiveBigIntegerField(default=0)  # whoever writes must have read the newest
    changed_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host", "company_name", "endpoint", "period_seconds"],
                name="one_call_window_per_endpoint",
            )
        ]


class PausedHost(models.Model):
    """A host that said 429: all processes leave it alone until then."""

    host = models.CharField(max_length=253, unique=True)
    until = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)  # pauses that came one soon after the other


class WritingStop(models.Model):
    """The operator's stop: nothing is written to this host, or to any, until it is resumed."""

    host = models.CharField(max_length=253, blank=True)  # empty: everywhere
    reason = models.TextField()
    by = models.CharField(max_length=120)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host"], condition=models.Q(ended_at=None), name="one_stop_in_force_per_host"
            )
        ]
