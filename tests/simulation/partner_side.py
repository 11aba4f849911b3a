"""The partner's side of a drawn world: its rows in the real tables, through the product's own doors."""

import csv
import io
from datetime import datetime

from django.db import connection

from seatbridge.config.settings import Settings
from seatbridge.integrations.adding import ConnectionForm, add_integration
from seatbridge.integrations.calendars import set_calendar, set_contract_terms
from seatbridge.integrations.models import Integration
from seatbridge.integrations.switching import enable
from seatbridge.kit.secret import Secret
from seatbridge.mappings.models import CompanyMapping, ProductMapping
from seatbridge.partners.adding import add_partner
from seatbridge.sync.models import LineMemory
from seatbridge.usage.imports import import_file
from seatbridge.usage.models import Company, Feed
from tests.simulation.worlds import Drawn, DrawnCompany
from tests.simulation.worlds_bms import COSTS, PASSWORD

ALICE = "alice@northgate.example"


def connect(drawn: Drawn, settings: Settings, now: datetime) -> Integration:
    """A partner with its integration, calendar, companies and mappings; nothing was synced yet."""
    partner = add_partner("Northgate IT", drawn.zone)
    form = ConnectionForm("bms.example", "Northgate IT", "seatbridge", Secret(PASSWORD))
    integration, _ = add_integration(partner, form, settings, actor=ALICE)
    posting = drawn.bms["posting"]
    set_calendar(
        integration,
        actor=ALICE,
        start_posts_on=posting["start_day"],
        end_posts_on=posting["end_day"],
        default=drawn.terms.issue_on,
        fiscal=drawn.terms.fiscal,
    )
    for contract in drawn.bms["contracts"]:
        issue_on, fiscal = contract["issue_on"], contract["fiscal"]
        set_contract_terms(
            integration,
            contract["id"],
            issue_on=None if issue_on == drawn.terms.issue_on else issue_on,
            fiscal=None if fiscal == drawn.terms.fiscal else fiscal,
            actor=ALICE,
        )
    import_companies(integration, drawn.companies, now)
    _map(integration, drawn)
    enable(integration, actor=ALICE)
    return integration


def _map(integration: Integration, drawn: Drawn) -> None:
    ProductMapping.objects.bulk_create(
        ProductMapping(integration=integration, product=product, service_id=service)
        for product, service in drawn.products.items()
    )
    ids = dict(Company.objects.values_list("ref", "pk"))
    CompanyMapping.objects.bulk_create(
        CompanyMapping(
            integration=integration,
            company_id=ids[company.ref],
            account_id=company.account_id,
            contract_id=company.contract_id,
            excluded_reason=company.excluded,
        )
        for company in drawn.companies
        if company.contract_id is not None
    )
    # A person confirmed p, its cost, and that these lines stand at 1 unit (writing.md rule 10).
    LineMemory.objects.bulk_create(
        LineMemory(
            integration=integration,
            contract_id=contract_id,
            service_id=service_id,
            carried_price=price,
            carried_cost=COSTS[service_id],
            confirmed_units=1,
        )
        for (contract_id, service_id), price in drawn.carried.items()
        if service_id in drawn.products.values()
    )


def import_companies(integration: Integration, companies: list[DrawnCompany], now: datetime) -> None:
    text = io.StringIO()
    rows = [[row.ref, row.name, "" if row.licenses is None else str(row.licenses)] for row in companies]
    csv.writer(text).writerows([["company_id", "name", "licenses"], *rows])
    source = io.BytesIO(text.getvalue().encode())
    import_file(integration.partner, "companies", source, complete=False, dry_run=False, now=now)


def take_counts(integration: Integration, companies: list[DrawnCompany], now: datetime) -> None:
    """A file of counts, straight into its tables: importing has tests of its own, and takes far longer."""
    feed = Feed.objects.create(
        partner_id=integration.partner_id,
        kind="counts",
        way="file",
        complete=False,
        as_of=now,
        received_at=now,
        sha256="",
        rows=len(companies),
        companies=len(companies),
    )
    moment = now.strftime("%Y-%m-%d %H:%M:%S.%f")
    with connection.cursor() as cursor:
        for company in companies:
            cursor.execute(
                "UPDATE usage_company SET counts_feed_id = %s, licenses_assigned = %s WHERE ref = %s"
                " RETURNING id",
                [feed.pk, company.licenses, company.ref],
            )
            (company_id,) = cursor.fetchone()
            cursor.execute("UPDATE usage_countreading SET newest = false WHERE company_id = %s", [company_id])
            cursor.executemany(
                "INSERT INTO usage_countreading (company_id, product, as_of, value, feed_id, newest)"
                " VALUES (%s, %s, %s, %s, %s, true) ON CONFLICT (company_id, product, as_of)"
                " DO UPDATE SET value = excluded.value, newest = true",
                [[company_id, product, moment, count, feed.pk] for product, count in company.counts.items()],
            )
