"""Alice owns Northwind; files come in as bytes, on a day that the test says."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest

from seatbridge.partners.adding import add_partner
from seatbridge.partners.models import Partner
from seatbridge.usage.imports import ImportReport, import_file

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
Put = Callable[..., ImportReport]


@pytest.fixture
def northwind(db: None) -> Partner:
    return add_partner("Northwind", "America/New_York")


@pytest.fixture
def put(northwind: Partner) -> Put:
    def put_file(
        kind: str,
        text: str | bytes,
        *,
        complete: bool = False,
        dry_run: bool = False,
        now: datetime = NOW,
        partner: Partner = northwind,
    ) -> ImportReport:
        stream = BytesIO(text.encode() if isinstance(text, str) else text)
        return import_file(partner, kind, stream, complete=complete, dry_run=dry_run, now=now)

    return put_file


@pytest.fixture
def companies(put: Put) -> ImportReport:
    return put("companies", COMPANIES)


COMPANIES = """ref,name,type,level,licenses_assigned,domains
alder,Alder & Finch Accounting,customer,Standard,15,alderfinch.test
bright,Brightwater Dental Group,customer,Advanced,50,brightwater.test
kestrel,Kestrel Bakery,customer,Trial,,
northgate,Northgate IT,MSP,Advanced,20,northgate.test
"""
