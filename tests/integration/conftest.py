"""The integration tier: real rows in a real database, no network."""

import tests.with_django  # noqa: F401, I001 - first: models need Django set up
import pytest

from seatbridge.partners.adding import add_partner
from seatbridge.partners.models import Partner
from tests.support.cast import Cast, cast
from tests.ledger_guard import django_db_setup, unguarded_ledger
from tests.support.middleware_once import set_up_once

__all__ = ["django_db_setup", "unguarded_ledger"]

set_up_once()


@pytest.fixture
def northgate(db: None) -> Partner:
    return add_partner("Northgate IT", "America/New_York")


@pytest.fixture
def contoso(db: None) -> Partner:
    return add_partner("Contoso", "Europe/Berlin")


@pytest.fixture
def people(northgate: Partner, contoso: Partner) -> Cast:
    return cast(northgate, contoso)
