from django.db import models

from seatbridge.integrations.models import Integration
from seatbridge.usage.models import Company


class ProductMapping(models.Model):
    """Which BMS service bills a Password Boss product."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="product_mappings")
    product = models.CharField(max_length=40)
    service_id = models.PositiveBigIntegerField()
    service_name = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "product"], name="one_service_per_product"),
        ]


class CalendarProposal(models.Model):
    """What past invoices said of the billing calendar, as shown: a person accepts that and no other."""

    integration = models.OneToOneField(
        Integration, on_delete=models.CASCADE, related_name="calendar_proposal"
    )
    read_at = models.DateTimeField()
    since = models.DateField()
    invoices = models.PositiveIntegerField()
    basis = models.CharField(max_length=64)  # the seal of the calendar that it was compared with
    # calendar: its fields; evidence; unclear; contracts: [{contract_id, its terms, evidence}]
    document = models.JSONField()
    accepted_at = models.DateTimeField(null=True)


class Renewal(models.Model):
    """A person accepted the contract that follows one that ends: taken into force on its day by a sync."""

    class State(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"
        VOID = "void"

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="renewals")
    contract_id = models.PositiveBigIntegerField()  # the one that ends
    successor_id = models.PositiveBigIntegerField()
    ends_on = models.DateField()  # both as they were when it was accepted
    starts_on = models.DateField()
    first_write_approved = models.BooleanField()  # what it will write was shown with it
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    why = models.CharField(max_length=300, blank=True)  # it is void
    accepted_by = models.CharField(max_length=120)
    accepted_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["integration", "contract_id"],
                condition=models.Q(state="open"),
                name="one_open_renewal_per_contract",
            ),
        ]


class CompanyMapping(models.Model):
    """Which account and contract a company is billed on, or why it is not billed at all."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="company_mappings")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="mappings")
    account_id = models.PositiveBigIntegerField(null=True)
    contract_id = models.PositiveBigIntegerField(null=True)
    # Their names when the mapping was made: a rename in BMS must show.
    account_name = models.CharField(max_length=500, blank=True, default="", db_default="")
    contract_name = models.CharField(max_length=500, blank=True, default="", db_default="")
    excluded_reason = models.CharField(max_length=200, blank=True)
    review_on = models.DateField(null=True)
    first_write_approved_at = models.DateTimeField(null=True)
    # By product, where the person was shown them when confirming: they approved these, whatever stood before.
    first_write_units = models.JSONField(default=dict, db_default={})
    last_sync_at = models.DateTimeField(null=True)
    last_status = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            # Which companies are billed on an account: read from the index alone.
            models.Index(fields=["integration", "account_id", "company"], name="mappings_by_account"),
            # Who else is billed on a contract.
            models.Index(fields=["integration", "contract_id"], name="mappings_by_contract"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["integration", "company"], name="one_mapping_per_company"),
            models.CheckConstraint(
                condition=models.Q(contract_id__isnull=False, account_id__isnull=False)
                | ~models.Q(excluded_reason=""),
                name="mapped_to_a_contract_or_excluded",
            ),
        ]
