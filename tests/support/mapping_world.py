"""Northgate's mappings as the pages show them: a saved integration, and what BMS offered a minute ago.

Dates are relative to today, because pages use the real clock.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from seatbridge.catalog.models import Refresh, SeenAccount, SeenContract, SeenLine, SeenService
from seatbridge.integrations.adding import ConnectionForm, add_integration
from seatbridge.integrations.calendars import billing_calendar
from seatbridge.integrations.models import Integration
from seatbridge.kit.secret import Secret
from seatbridge.mappings.models import CalendarProposal, CompanyMapping, ProductMapping
from seatbridge.mappings.proposed_calendar import seal_of
from seatbridge.partners.models import Partner
from seatbridge.usage.models import Company
from tests.with_django import SETTINGS

STANDARD, ADVANCED, RETIRED = 501, 502, 503
NORTHWIND, CONTOSO, JUNIPER, FABRIKAM = 1, 2, 3, 4
NORTHWIND_MONTHLY, NORTHWIND_HOURS, NORTHWIND_OLD, NORTHWIND_NEXT = 7001, 7002, 7003, 7004
CONTOSO_MONTHLY, JUNIPER_MONTHLY = 7005, 7006
TODAY = datetime.now(UTC).date()
PASSWORD = "planted-Pa55word-of-Alice"


@dataclass(frozen=True, slots=True)
class MappingWorld:
    partner: Partner
    integration: Integration
    northwind: Company
    contoso: Company
    juniper: Company


def mapping_world(partner: Partner) -> MappingWorld:
    form = ConnectionForm("bms.kaseya.com", f"{partner.name} BMS", "api", Secret(PASSWORD))
    integration, _ = add_integration(partner, form, SETTINGS, actor="Alice")
    integration.authenticated_at = datetime.now(UTC)
    integration.save()
    _offer(integration)
    return MappingWorld(
        partner,
        integration,
        northwind=company(partner, "northwind", "Northwind"),
        contoso=company(partner, "contoso", "Contoso LLC"),
        juniper=company(partner, "juniper", "Juniper Home Care", domains="juniperhomecare.com"),
    )


def company(partner: Partner, ref: str, name: str, **more: object) -> Company:
    return Company.objects.create(partner=partner, ref=ref, name=name, first_seen_on=TODAY, **more)


def account(integration: Integration, number: int, name: str, *, active: bool = True) -> None:
    SeenAccount.objects.create(integration=integration, account_id=number, name=name, is_active=active)


def contract(integration: Integration, number: int, owner: str, **more: object) -> None:
    facts: dict[str, object] = {
        "name": f"{owner} {number}",
        "type": "Recurring Services",
        "status": "Active",
        "billing_cycle": "Monthly",
        "start": TODAY - timedelta(days=200),
        "end": TODAY + timedelta(days=200),
    }
    SeenContract.objects.create(
        integration=integration, contract_id=number, account_name=owner, **facts | more
    )


def _offer(integration: Integration) -> None:
    account(integration, NORTHWIND, "Northwind")
    account(integration, CONTOSO, "Contoso")
    account(integration, JUNIPER, "Juniper Homecare, Inc.")
    account(integration, FABRIKAM, "Fabrikam", active=False)
    contract(integration, NORTHWIND_MONTHLY, "Northwind")
    contract(integration, NORTHWIND_HOURS, "Northwind", type="Retainer")
    contract(integration, NORTHWIND_OLD, "Northwind", end=TODAY - timedelta(days=3))
    contract(integration, NORTHWIND_NEXT, "Northwind", start=TODAY + timedelta(days=30))
    contract(integration, CONTOSO_MONTHLY, "Contoso")
    contract(integration, JUNIPER_MONTHLY, "Juniper Homecare, Inc.")
    for number, name, price, active in (
        (STANDARD, "Password Boss Standard", "5.00", True),
        (ADVANCED, "Password Boss Advanced", "7.50", True),
        (RETIRED, "Password Boss Classic", "4.00", False),
    ):
        SeenService.objects.create(
            integration=integration,
            service_id=number,
            name=name,
            unit_cost=Decimal(3),
            unit_price=Decimal(price),
            is_active=active,
        )
    SeenLine.objects.create(
        integration=integration,
        line_id=91,
        contract_id=NORTHWIND_MONTHLY,
        service_id=STANDARD,
        account_id=NORTHWIND,
        unit_price=Decimal(5),
    )
    Refresh.objects.create(integration=integration, at=datetime.now(UTC), line_services=[STANDARD])


def a_proposal(integration: Integration, *contracts: int) -> CalendarProposal:
    """A year of invoices was read: end of cycle on the 3rd, and these contracts on the 10th."""
    stands = billing_calendar(integration)
    fields = {"default": "end", "end_posts_on": 3, "start_posts_on": 25, "fiscal": True}
    terms = {"issue_on": None, "fiscal": None, "posts_on": 10}
    says = "End of cycle, posted on the 10th in 12 of 12 months: invoices of 10 Oct 2026."
    return CalendarProposal.objects.create(
        integration=integration,
        read_at=datetime.now(UTC).replace(microsecond=0),
        since=TODAY - timedelta(days=365),
        invoices=12 * len(contracts),
        basis=seal_of(stands),
        document={
            "calendar": fields,
            "evidence": "End of cycle: 2 of 3 contracts are posted on the 3rd, in 12 of 12 months.",
            "unclear": 1,
            "contracts": [{"contract_id": number, **terms, "evidence": says} for number in contracts],
        },
    )


def map_standard(integration: Integration) -> None:
    ProductMapping.objects.create(
        integration=integration,
        product="standard",
        service_id=STANDARD,
        service_name="Password Boss Standard",
    )


def pencil(world: MappingWorld, of: Company | None = None) -> str:
    return f"/companies/mapping/{world.integration.pk}/{(of or world.northwind).pk}/"


def mapped(world: MappingWorld, of: Company | None = None) -> CompanyMapping | None:
    return CompanyMapping.objects.filter(company=of or world.northwind).first()
