"""The integration tier: real rows in a real database, no network."""

import tests.with_django  # noqa: F401, I001 - first: models need Django set up
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_django.plugin import DjangoDbBlocker

from seatbridge.partners.adding import add_partner
from seatbridge.partners.models import Partner
from tests.support.cast import Cast, cast
from tests.support.kept_rows import kept_rows
from tests.ledger_guard import django_db_setup, unguarded_ledger
from tests.support.quick_django import be_quick

__all__ = ["django_db_setup", "unguarded_ledger"]

be_quick()


@pytest.fixture
def northgate(db: None) -> Partner:
    return add_partner("Northgate IT", "America/New_York")


@pytest.fixture
def contoso(db: None) -> Partner:
    return add_partner("Contoso", "Europe/Berlin")


@pytest.fixture
def people(northgate: Partner, contoso: Partner) -> Cast:
    return cast(northgate, contoso)


@dataclass(frozen=True, slots=True)
class Standing:
    northgate: Partner
    contoso: Partner
    people: Cast


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Standing]:
    """For a module whose tests all begin with the same rows: made once; each test's own are rolled back."""
    with kept_rows(django_db_blocker):
        with django_db_blocker.unblock():
            northgate = add_partner("Northgate IT", "America/New_York")
            contoso = add_partner("Contoso", "Europe/Berlin")
            made = Standing(northgate, contoso, cast(northgate, contoso))
        yield made
