from django.db import models

from seatbridge.integrations.models import Integration


class SeenAccount(models.Model):
    """A BMS account as the last refresh saw it; for choosing and for names, never for billing."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="seen_accounts")
    account_id = models.PositiveBigIntegerField()
    name = models.CharField(max_length=500)
    is_active = models.BooleanField()
    gone = models.BooleanField(default=False)  # the last refresh no longer saw it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "account_id"], name="one_row_per_account")
        ]
        # All that a search by name asks about: it reads the index and no row that it does not show.
        indexes = [
            models.Index(fields=["integration", "name", "account_id", "gone"], name="accounts_by_name_and_id")
        ]


class SeenContract(models.Model):
    """A BMS contract as the last refresh saw it. Words of type, status and cycle are BMS's own."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="seen_contracts")
    contract_id = models.PositiveBigIntegerField()
    name = models.CharField(max_length=500)
    account_name = models.CharField(max_length=500)
    type = models.CharField(max_length=100)
    status = models.CharField(max_length=100)
    billing_cycle = models.CharField(max_length=100)
    start = models.DateField()
    end = models.DateField(null=True)
    gone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "contract_id"], name="one_row_per_contract")
        ]
        indexes = [models.Index(fields=["integration", "account_name"], name="contracts_by_account")]


class SeenService(models.Model):
    """A BMS service as the last refresh saw it, with its catalogue price."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="seen_services")
    service_id = models.PositiveBigIntegerField()
    name = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    unit_cost = models.DecimalField(max_digits=19, decimal_places=6)
    unit_price = models.DecimalField(max_digits=19, decimal_places=6)
    is_active = models.BooleanField()
    gone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "service_id"], name="one_row_per_service")
        ]
        indexes = [models.Index(fields=["integration", "name"], name="services_by_name")]


class SeenLine(models.Model):
    """A line of a mapped service as the last refresh saw it: which contract carries which service."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="seen_lines")
    line_id = models.PositiveBigIntegerField()
    contract_id = models.PositiveBigIntegerField()
    service_id = models.PositiveBigIntegerField()
    account_id = models.PositiveBigIntegerField()
    unit_price = models.DecimalField(max_digits=19, decimal_places=6)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["integration", "line_id"], name="one_row_per_seen_line")
        ]
        indexes = [models.Index(fields=["integration", "contract_id"], name="lines_by_contract")]


class Refresh(models.Model):
    """When the catalogue of an integration was read last."""

    integration = models.OneToOneField(
        Integration, on_delete=models.CASCADE, primary_key=True, related_name="catalog_refresh"
    )
    at = models.DateTimeField()
    # Services whose lines were read too: of another one nobody knows which contracts carry it.
    line_services = models.JSONField(null=True)
