"""Mappings as the planner reads them: one query each, whatever the number of companies."""

from django.db.models import CharField
from django.db.models.functions import Cast

from seatbridge.integrations.models import Integration
from seatbridge.mappings.models import CompanyMapping, ProductMapping
from seatbridge.reconcile import facts


def read_product_mappings(integration: Integration) -> dict[str, int]:
    rows = ProductMapping.objects.filter(integration=integration).order_by("product")
    return dict(rows.values_list("product", "service_id"))


def read_company_mappings(integration: Integration) -> dict[str, facts.CompanyMapping]:
    rows = CompanyMapping.objects.filter(integration=integration).values_list(
        "company__ref",
        "account_id",
        "contract_id",
        Cast("first_write_approved_at", CharField()),  # only whether there is one
        "excluded_reason",
        "review_on",
        "first_write_units",
    )
    return {
        ref: facts.CompanyMapping(
            account_id=account_id,
            contract_id=contract_id,
            first_write_approved=approved_at is not None,
            excluded=excluded_reason,
            review_on=review_on,
            first_units=tuple(sorted(first_units.items())),
        )
        for ref, account_id, contract_id, approved_at, excluded_reason, review_on, first_units in rows
    }
