"""A partner's rows as a test asks for them: written by the product's own verbs wherever there is one."""

import io
from datetime import datetime
from decimal import Decimal
from typing import Any

from seatbridge.config.settings import Settings
from seatbridge.integrations.adding import ConnectionForm, add_integration
from seatbridge.integrations.calendars import set_calendar
from seatbridge.integrations.methods import bms_company, choose_method, set_test_contract
from seatbridge.integrations.models import Integration
from seatbridge.integrations.switching import enable
from seatbridge.kit.hosts import HostList
from seatbridge.kit.secret import Secret
from seatbridge.mappings.models import CompanyMapping, ProductMapping
from seatbridge.partners.adding import add_partner
from seatbridge.partners.models import Partner
from seatbridge.sync.models import LineMemory
from seatbridge.usage.imports import import_file
from seatbridge.usage.models import Company

ALICE = "alice@northgate.test"


def add_partner_rows(rows: dict[str, Any], settings: Settings, now: datetime) -> None:
    """`rows`: companies and counts (CSV), products, contracts, units, and how BMS is known to behave."""
    partner = add_partner("Northgate IT", "UTC")
    form = ConnectionForm(
        hostname=rows["host"],
        company_name=rows["company_name"],
        username=rows["username"],
        password=Secret(rows["password"]),
    )
    allowed = Settings(
        **{name: getattr(settings, name) for name in Settings.__slots__}
        | {"psa_hosts": HostList({rows["host"]: "http://127.0.0.1:9"})}
    )
    integration, _ = add_integration(partner, form, allowed, actor=ALICE)
    enable(integration, actor=ALICE)
    set_calendar(integration, default=rows["issue_on"], actor=ALICE)
    import_file(partner, "companies", _file(rows["companies"]), complete=True, dry_run=False, now=now)
    add_counts(partner, rows["counts"], now)
    _map(integration, rows)
    _remember(integration, rows)
    if rows["test_contract"]:
        set_test_contract(integration, rows["test_contract"], actor=ALICE)
    if rows["method"] != "auto":
        choose_method(integration, rows["method"], actor=ALICE)


def add_counts(partner: Partner, counts: str, now: datetime) -> None:
    import_file(partner, "counts", _file(counts), complete=False, dry_run=False, now=now)


def _file(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


def _map(integration: Integration, rows: dict[str, Any]) -> None:
    for product, service_id in rows["products"].items():
        ProductMapping.objects.create(integration=integration, product=product, service_id=service_id)
    for ref, (account_id, contract_id) in rows["contracts"].items():
        CompanyMapping.objects.create(
            integration=integration,
            company=Company.objects.get(ref=ref),
            account_id=account_id,
            contract_id=contract_id,
        )


def _remember(integration: Integration, rows: dict[str, Any]) -> None:
    """What an earlier run, or a person, would have left behind."""
    company = bms_company(integration)
    company.reading, company.ahead = rows["reading"], rows["ahead"]
    company.save()
    for contract_id, service_id, units, carried in rows["units"]:
        row = LineMemory(integration=integration, contract_id=contract_id, service_id=service_id)
        row.confirmed_units = units
        if carried:
            row.carried_price, row.carried_cost = (Decimal(each) for each in carried)
        row.save()
