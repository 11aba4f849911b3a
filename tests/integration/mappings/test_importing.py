"""Mapping files: checked against the catalog, all or nothing, twice as good as once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from seatbridge.integrations.models import Integration
from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.importing import import_company_mappings, import_product_mappings
from seatbridge.mappings.models import CompanyMapping, ProductMapping
from seatbridge.mappings.reading import read_company_mappings, read_product_mappings
from seatbridge.psa.errors import Unreachable
from seatbridge.usage.refusals import ImportRefused
from tests.integration.mappings.conftest import (
    ADVANCED,
    ASKING,
    CONTOSO,
    LATER,
    NORTHWIND,
    RETIRED,
    STANDARD,
    TWINS,
    csv,
)

HEADER = "company,account_id,contract_id,exclude_reason,review_on\n"
BOTH = f"{HEADER}northwind,1,{NORTHWIND},,\ncontoso,2,{CONTOSO},,\n"


def entries(event: str) -> int:
    return LedgerEntry.objects.filter(event=event).count()


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ("northwind,1,,,", "contract_id", "billed on a contract, or excluded with a reason"),
        ("northwind,1,7999,,", "contract_id", "BMS has no contract 7999."),
        ("northwind,99,7001,,", "account_id", "BMS has no account 99."),
        ("northwind,2,7001,,", "contract_id", "belongs to Northwind, not to Contoso."),
        ("northwind,1,7003,,", "contract_id", 'is of the type "Retainer"'),
        ("northwind,1,7004,,", "contract_id", "ended on 31 Oct 2026."),
        ("northwind,,7006,,", "account_id", "the name Twins does not tell one account"),
        ("nobody,1,7001,,", "company", "there is no company 'nobody'"),
        ("northwind,1,7001,,2027-03-01", "review_on", "exclude_reason is empty"),
        ("northwind,,,in bundle,2020-01-31", "review_on", "is past: 31 Jan 2020"),
        ("northwind,,,in bundle,soon", "review_on", "is not a date"),
        ("northwind,one,7001,,", "account_id", "is not an id of BMS"),
        ("northwind,1,7001.0,,", "contract_id", "is not an id of BMS"),
        ("northwind,,,=cmd(),", "exclude_reason", "begins like a formula"),
        ("northwind,1,7001,,\nnorthwind,1,7001,,", "company", "is in row 2 already"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_field(
    integration: Integration, row: str, field: str, said: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        import_company_mappings(integration, csv(f"{HEADER}{row}\n"), ASKING)
    (error,) = refused.value.errors
    assert error.field == field
    assert said in error.message
    assert not CompanyMapping.objects.exists()


@pytest.mark.parametrize(
    "text", ["", HEADER, "company,contract\n", "account_id,contract_id\n1,2\n", f"{HEADER}northwind,1\n"]
)
def test_a_file_that_is_no_table_of_mappings_is_refused(integration: Integration, text: str) -> None:
    with pytest.raises(ImportRefused):
        import_company_mappings(integration, csv(text), ASKING)


def test_one_bad_row_keeps_all_others_out(integration: Integration) -> None:
    with pytest.raises(ImportRefused):
        import_company_mappings(integration, csv(f"{BOTH}nobody,1,{NORTHWIND},,\n"), ASKING)
    assert not CompanyMapping.objects.exists()
    assert entries("company-mapping.changed") == 0


def test_columns_may_stand_in_any_order_and_dialect(integration: Integration) -> None:
    report = import_company_mappings(
        integration, csv(f"Contract ID;Company;remark\r\n{NORTHWIND};northwind;ours\r\n"), ASKING
    )
    assert (report.rows, report.changed, report.notes) == (1, 1, [])
    mapping = read_company_mappings(integration)["northwind"]
    assert (mapping.account_id, mapping.contract_id) == (1, NORTHWIND)


def test_the_same_file_twice_changes_nothing_and_leaves_no_entry(integration: Integration) -> None:
    assert import_company_mappings(integration, csv(BOTH), ASKING).changed == 2
    assert import_company_mappings(integration, csv(BOTH), ASKING).changed == 0
    assert entries("company-mapping.changed") == 2


def test_companies_that_the_file_does_not_name_keep_their_mapping(integration: Integration) -> None:
    import_company_mappings(integration, csv(BOTH), ASKING)
    import_company_mappings(integration, csv(f"{HEADER}northwind,,,in bundle,2027-03-01\n"), ASKING)
    found = read_company_mappings(integration)
    assert found["contoso"].contract_id == CONTOSO
    assert (found["northwind"].excluded, found["northwind"].review_on) == ("in bundle", date(2027, 3, 1))


def test_a_review_that_has_passed_since_comes_in_again_as_it_went_out(integration: Integration) -> None:
    row = csv(f"{HEADER}northwind,,,in bundle,2027-03-01\n")
    import_company_mappings(integration, row, ASKING)
    years_later = replace(ASKING, today=date(2030, 1, 1))
    again = csv(f"{HEADER}northwind,,,in bundle,2027-03-01\n")
    assert import_company_mappings(integration, again, years_later).changed == 0


def test_a_contract_that_starts_later_is_accepted_with_a_note(integration: Integration) -> None:
    report = import_company_mappings(integration, csv(f"{HEADER}northwind,1,{LATER},,\n"), ASKING)
    assert report.changed == 1
    assert "Waiting for activation" in report.notes[0]


def test_where_two_accounts_have_one_name_the_id_decides(integration: Integration) -> None:
    import_company_mappings(integration, csv(f"{HEADER}contoso,4,{TWINS},,\n"), ASKING)
    assert read_company_mappings(integration)["contoso"].account_id == 4


def approve_first_writes(integration: Integration) -> None:
    CompanyMapping.objects.filter(integration=integration).update(first_write_approved_at=timezone.now())


@pytest.mark.parametrize(
    ("rows", "approved"),
    [
        (f"northwind,1,{NORTHWIND},,", {"northwind", "contoso"}),
        (f"northwind,1,{LATER},,", {"contoso"}),
        ("northwind,,,in bundle,", {"northwind", "contoso"}),
    ],
)
def test_only_another_place_asks_for_the_first_write_again(
    integration: Integration, rows: str, approved: set[str]
) -> None:
    import_company_mappings(integration, csv(BOTH), ASKING)
    approve_first_writes(integration)
    import_company_mappings(integration, csv(f"{HEADER}{rows}\n"), ASKING)
    found = read_company_mappings(integration)
    assert {ref for ref, mapping in found.items() if mapping.first_write_approved} == approved


def test_a_company_billed_again_after_its_exclusion_asks_for_the_first_write_again(
    integration: Integration,
) -> None:
    import_company_mappings(integration, csv(f"{BOTH}"), ASKING)
    import_company_mappings(integration, csv(f"{HEADER}northwind,,,in bundle,\n"), ASKING)
    approve_first_writes(integration)
    import_company_mappings(integration, csv(f"{HEADER}northwind,1,{NORTHWIND},,\n"), ASKING)
    assert not read_company_mappings(integration)["northwind"].first_write_approved


def test_a_product_on_another_service_asks_for_every_first_write_again(integration: Integration) -> None:
    import_company_mappings(integration, csv(BOTH), ASKING)
    import_product_mappings(integration, csv(f"product,service_id\nstandard,{STANDARD}\n"), ASKING)
    approve_first_writes(integration)
    again = import_product_mappings(integration, csv(f"product,service_id\nstd,{STANDARD}\n"), ASKING)
    assert again.changed == 0
    assert all(row.first_write_approved for row in read_company_mappings(integration).values())
    moved = f"product,service_id\nstandard,{RETIRED}\nadvanced,{ADVANCED}\n"
    report = import_product_mappings(integration, csv(moved), ASKING)
    assert (report.changed, report.notes) == (2, ["Service 503, Retired, is inactive in BMS."])
    assert not any(row.first_write_approved for row in read_company_mappings(integration).values())
    assert read_product_mappings(integration) == {"advanced": ADVANCED, "standard": RETIRED}


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ("gold,501", "product"),
        ("standard,", "service_id"),
        ("standard,999", "service_id"),
        ("standard,501\nstandard,502", "product"),
    ],
)
def test_a_product_row_that_cannot_be_is_refused(integration: Integration, rows: str, field: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        import_product_mappings(integration, csv(f"product,service_id\n{rows}\n"), ASKING)
    assert [error.field for error in refused.value.errors] == [field]
    assert not ProductMapping.objects.exists()


def test_a_catalog_older_than_an_hour_is_read_anew_first(integration: Integration) -> None:
    """No way to BMS: the file is not judged by an old catalog."""

    def unreachable(_integration: Integration) -> None:
        raise Unreachable("BMS does not answer")

    late = replace(ASKING, now=ASKING.now + timedelta(hours=1), open_bms=unreachable)  # type: ignore[arg-type]
    with pytest.raises(Unreachable):
        import_company_mappings(integration, csv(BOTH), late)
    assert not CompanyMapping.objects.exists()
