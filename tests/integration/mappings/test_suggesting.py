"""Suggestions over a catalog, and accepting them."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seatbridge.catalog.models import Refresh, SeenAccount, SeenContract, SeenLine
from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.editing import exclude_company, forget_company_mapping, set_company_mapping
from seatbridge.mappings.models import CompanyMapping
from seatbridge.mappings.suggesting import Suggestion, accept, match_one, suggest
from seatbridge.partners.models import Partner
from seatbridge.usage.models import Company
from tests.support.mapping_world import (
    CONTOSO,
    FABRIKAM,
    JUNIPER,
    JUNIPER_MONTHLY,
    NORTHWIND,
    NORTHWIND_MONTHLY,
    STANDARD,
    TODAY,
    MappingWorld,
    account,
    company,
    contract,
    map_standard,
    mapping_world,
)
from tests.support.statements import know_how_many


@pytest.fixture
def world(northgate: Partner) -> MappingWorld:
    return mapping_world(northgate)


def found(world: MappingWorld) -> dict[str, Suggestion]:
    return {each.company_ref: each for each in suggest(world.integration, TODAY)}


def test_each_company_without_a_mapping_gets_its_account(world: MappingWorld) -> None:
    by_ref = found(world)
    assert [(ref, each.account_id) for ref, each in by_ref.items()] == [
        ("northwind", NORTHWIND),
        ("contoso", CONTOSO),
        ("juniper", JUNIPER),
    ]
    assert by_ref["juniper"].contract_id == JUNIPER_MONTHLY
    assert by_ref["juniper"].certain


def test_contracts_that_ended_or_carry_no_units_do_not_fit(world: MappingWorld) -> None:
    northwind = found(world)["northwind"]
    assert northwind.contracts == 2  # the one that runs, and the one that starts next month
    assert northwind.contract_id is None
    assert not northwind.acceptable


def test_of_several_contracts_the_one_that_carries_a_mapped_service_fits(world: MappingWorld) -> None:
    map_standard(world.integration)
    assert found(world)["northwind"].contract_id == NORTHWIND_MONTHLY


def test_who_is_mapped_excluded_or_never_billed_has_no_suggestion(world: MappingWorld) -> None:
    set_company_mapping(world.integration, world.northwind, NORTHWIND, NORTHWIND_MONTHLY, actor="Alice")
    exclude_company(world.integration, world.contoso, reason="in bundle", review_on=None, actor="Alice")
    company(world.partner, "own", "Northwind", type="msp")
    company(world.partner, "trying", "Northwind", level="trial")
    company(world.partner, "gone", "Northwind", state="inactive")
    assert set(found(world)) == {"juniper"}


def test_an_inactive_account_is_never_accepted_with_others(world: MappingWorld) -> None:
    company(world.partner, "fabrikam", "Fabrikam")
    contract(world.integration, 7100, "Fabrikam")
    each = found(world)["fabrikam"]
    assert each.account_id == FABRIKAM
    assert "inactive in BMS" in each.reason
    assert "fabrikam" not in {done.company_ref for done in accept(world.integration, TODAY, actor="Alice")}
    assert accept(world.integration, TODAY, actor="Alice", refs=["fabrikam"]) == []


def test_two_accounts_of_one_name_are_left_to_a_person(world: MappingWorld) -> None:
    account(world.integration, 50, "Contoso")
    Refresh.objects.update(at=Refresh.objects.get().at + timedelta(seconds=1))
    assert "contoso" not in {
        done.company_ref for done in accept(world.integration, TODAY, actor="Alice", least=0)
    }


def test_accepting_maps_what_is_certain_and_its_first_write_waits(world: MappingWorld) -> None:
    done = accept(world.integration, TODAY, actor="Alice")
    assert {each.company_ref for each in done} == {"contoso", "juniper"}
    rows = CompanyMapping.objects.filter(integration=world.integration)
    assert {(row.company.ref, row.first_write_approved_at) for row in rows} == {
        ("contoso", None),
        ("juniper", None),
    }
    assert rows.get(company=world.juniper).account_name == "Juniper Homecare, Inc."
    assert accept(world.integration, TODAY, actor="Alice") == []
    assert LedgerEntry.objects.filter(event="company-mapping.changed").count() == 2


def test_a_mapping_that_was_taken_away_is_suggested_again(world: MappingWorld) -> None:
    odd = company(world.partner, "odd", "Nothing Like It")
    assert match_one(world.integration, odd, Refresh.objects.get().at) is None
    set_company_mapping(world.integration, odd, CONTOSO, 7005, actor="Alice")
    assert forget_company_mapping(world.integration, odd, actor="Alice")
    assert not forget_company_mapping(world.integration, odd, actor="Alice")
    assert found(world)["odd"].account_id == CONTOSO
    assert "before" in found(world)["odd"].reason


def test_before_the_first_refresh_there_is_nothing_to_suggest(world: MappingWorld) -> None:
    Refresh.objects.all().delete()
    assert suggest(world.integration, TODAY) == []


def test_a_refresh_is_seen_and_a_renamed_company_is_compared_anew(world: MappingWorld) -> None:
    assert found(world)["contoso"].account_id == CONTOSO
    Company.objects.filter(ref="contoso").update(name="Northwind")
    assert found(world)["contoso"].account_id == NORTHWIND
    SeenAccount.objects.filter(account_id=NORTHWIND).update(gone=True)
    Refresh.objects.update(at=Refresh.objects.get().at + timedelta(seconds=1))
    assert "contoso" not in found(world)


def test_ten_thousand_companies_and_accounts_take_seconds_and_few_queries(world: MappingWorld) -> None:
    """The bar stands far above what it takes: comparing each with each would take minutes."""
    number = 10_000
    words = ("Alder", "Finch", "Bright", "Cobalt", "Granite", "Harbor", "Maple", "River", "Stone", "Summit")
    names = [
        f"{words[n % 10]} {words[n // 10 % 10]} {words[n // 100 % 10]} {n // 1000}x{n % 997}"
        for n in range(number)
    ]
    Company.objects.bulk_create(
        Company(partner=world.partner, ref=f"c{n}", name=names[n], first_seen_on=TODAY) for n in range(number)
    )
    SeenAccount.objects.bulk_create(
        SeenAccount(
            integration=world.integration,
            account_id=100_000 + n,
            # every third one with a typo, so that letters must be compared
            name=names[n].replace("Maple", "Mapel") if n % 3 == 0 else f"{names[n]}, LLC",
            is_active=True,
        )
        for n in range(number)
    )
    SeenContract.objects.bulk_create(
        SeenContract(
            integration=world.integration,
            contract_id=100_000 + n,
            name="Monthly",
            account_name=f"{names[n]}, LLC",
            type="Recurring Services",
            status="Active",
            billing_cycle="Monthly",
            start=TODAY,
        )
        for n in range(number)
    )
    know_how_many(Company, SeenAccount, SeenContract)
    SeenLine.objects.filter(service_id=STANDARD).delete()
    began = time.monotonic()
    with CaptureQueriesContext(connection) as queries:
        made = suggest(world.integration, TODAY)
    assert time.monotonic() - began < 60
    assert len(queries) <= 12
    right = sum(
        each.account_id == 100_000 + int(each.company_ref[1:]) for each in made if each.account_id >= 100_000
    )
    assert right > number * 0.97
    with CaptureQueriesContext(connection) as queries:
        assert len(suggest(world.integration, TODAY)) == len(made)
    assert len(queries) <= 12
