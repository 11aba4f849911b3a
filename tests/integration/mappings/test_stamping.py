"""Last Sync and Status of each company mapping, for few companies and for many."""

from datetime import UTC, datetime

import pytest

from seatbridge.integrations.models import Integration
from seatbridge.mappings import stamping
from seatbridge.mappings.models import CompanyMapping
from seatbridge.mappings.stamping import stamp_statuses
from seatbridge.partners.models import Partner
from seatbridge.usage.models import Company
from tests.support.statements import told_statements

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
STATUSES = {"northwind": "synced", "fabrikam": "in-sync", "tailspin": "in-sync", "adatum": "held:jump"}


@pytest.fixture
def integration(northgate: Partner) -> Integration:
    made = Integration.objects.create(partner=northgate, hostname="bms.kaseya.com", company_name="Northgate")
    for ref in (*STATUSES, "left-out"):
        company = Company.objects.create(partner=northgate, ref=ref, name=ref, first_seen_on=AT)
        CompanyMapping.objects.create(
            integration=made, company=company, excluded_reason="x", last_status="mapped"
        )
    return made


def stamped() -> dict[str, tuple[str, bool]]:
    rows = CompanyMapping.objects.values_list("company__ref", "last_status", "last_sync_at")
    return {ref: (status, at == AT) for ref, status, at in rows}


@pytest.mark.parametrize("few", [4, 3])
def test_each_company_gets_its_own_status_and_no_other_is_touched(
    integration: Integration, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(stamping, "FEW", few)
    stamp_statuses(integration, STATUSES, AT)
    expected = {ref: (status, True) for ref, status in STATUSES.items()}
    assert stamped() == expected | {"left-out": ("mapped", False)}


def test_few_companies_are_stamped_in_one_statement(integration: Integration) -> None:
    with told_statements() as told:
        stamp_statuses(integration, STATUSES, AT)
    assert len(told) == 1


def test_a_company_of_another_partner_with_the_same_ref_is_not_touched(
    integration: Integration, contoso: Partner
) -> None:
    other = Integration.objects.create(partner=contoso, hostname="bms.kaseya.com", company_name="Contoso")
    company = Company.objects.create(partner=contoso, ref="northwind", name="Northwind", first_seen_on=AT)
    row = CompanyMapping.objects.create(
        integration=other, company=company, excluded_reason="x", last_status="mapped"
    )
    stamp_statuses(integration, STATUSES, AT)
    row.refresh_from_db()
    assert (row.last_status, row.last_sync_at) == ("mapped", None)
