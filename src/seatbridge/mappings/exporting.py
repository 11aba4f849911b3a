"""Company mappings as a CSV file that can be edited and brought back."""

import csv
from collections.abc import Iterator
from io import StringIO

from django.db.models import FilteredRelation, Q

from seatbridge.catalog.finding import account_names, contract_names
from seatbridge.integrations.models import Integration
from seatbridge.mappings.company_rows import FIELDS
from seatbridge.usage.models import Company

HEADER = (*FIELDS, "company_name", "account_name", "contract_name")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export_company_mappings(integration: Integration) -> Iterator[str]:
    """Lines with their ends, the header first; every company of the partner. Names are for reading only."""
    accounts, contracts = account_names(integration), contract_names(integration)
    mapping = FilteredRelation("mappings", condition=Q(mappings__integration=integration))
    rows = Company.objects.filter(partner=integration.partner_id).annotate(m=mapping).order_by("name", "id")
    yield csv_line(HEADER)
    for ref, account, contract, reason, review, name in rows.values_list(
        "ref", "m__account_id", "m__contract_id", "m__excluded_reason", "m__review_on", "name"
    ).iterator():
        names = (name, accounts.get(account, ""), contracts.get(contract, ""))
        yield csv_line(
            (ref, account or "", contract or "", reason or "", review or "", *map(harmless, names))
        )


def csv_line(cells: tuple[object, ...]) -> str:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def harmless(name: str) -> str:
    """A name that a spreadsheet would take for a formula is marked as text."""
    return f"'{name}" if name.startswith(_FORMULA) else name
