"""Northgate's integration beside a catalog that was read a minute ago."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import NoReturn

import pytest

from seatbridge.catalog.models import Refresh, SeenAccount, SeenContract, SeenService
from seatbridge.integrations.models import Integration
from seatbridge.mappings.file_rows import Source
from seatbridge.mappings.importing import Asking
from seatbridge.partners.models import Partner
from seatbridge.usage.models import Company

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
STANDARD, ADVANCED, RETIRED = 501, 502, 503
NORTHWIND, CONTOSO, RETAINER, ENDED, LATER, TWINS = 7001, 7002, 7003, 7004, 7005, 7006


def no_bms(_integration: Integration) -> NoReturn:
    raise AssertionError("The catalog is fresh: nothing may be read from BMS.")


ASKING = Asking("Alice", NOW, TODAY, no_bms)


def csv(text: str) -> Source:
    return BytesIO(text.encode())


@pytest.fixture
def integration(northgate: Partner) -> Integration:
    made = Integration.objects.create(
        partner=northgate, hostname="bms.kaseya.com", company_name="Northgate", username="api"
    )
    for ref, name in (("northwind", "Northwind"), ("contoso", "Contoso")):
        Company.objects.create(partner=northgate, ref=ref, name=name, first_seen_on=TODAY)
    _accounts(made)
    _contracts(made)
    for service, name, active in (
        (STANDARD, "Standard", True),
        (ADVANCED, "Advanced", True),
        (RETIRED, "Retired", False),
    ):
        SeenService.objects.create(
            integration=made,
            service_id=service,
            name=name,
            unit_cost=Decimal(3),
            unit_price=Decimal(5),
            is_active=active,
        )
    Refresh.objects.create(integration=made, at=NOW - timedelta(minutes=1))
    return made


def _accounts(integration: Integration) -> None:
    for number, name, active in (
        (1, "Northwind", True),
        (2, "Contoso", True),
        (3, "Twins", True),
        (4, "Twins", True),
        (5, "Fabrikam", False),
    ):
        SeenAccount.objects.create(integration=integration, account_id=number, name=name, is_active=active)


def _contracts(integration: Integration) -> None:
    year = (date(2026, 1, 1), date(2026, 12, 31))
    rows = (
        (NORTHWIND, "Northwind", "Recurring Services", *year),
        (CONTOSO, "Contoso", "recurring services", *year),
        (RETAINER, "Northwind", "Retainer", *year),
        (ENDED, "Northwind", "Recurring Services", date(2025, 1, 1), date(2026, 10, 31)),
        (LATER, "Northwind", "Recurring Services", date(2027, 1, 1), date(2027, 12, 31)),
        (TWINS, "Twins", "Recurring Services", *year),
    )
    for number, account, kind, start, end in rows:
        SeenContract.objects.create(
            integration=integration,
            contract_id=number,
            name=f"{account} {number}",
            account_name=account,
            type=kind,
            status="Active",
            billing_cycle="Monthly",
            start=start,
            end=end,
        )
