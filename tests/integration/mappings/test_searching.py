"""Company Mapping as a table: filters, search, sort, pages; bounded queries with 10,000 companies."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seatbridge.catalog.models import SeenAccount, SeenContract
from seatbridge.mappings.cursors import CursorRefused, write_cursor
from seatbridge.mappings.editing import exclude_company, set_company_mapping
from seatbridge.mappings.models import CompanyMapping
from seatbridge.mappings.searching import Asked, Sort, State, count_found, count_states, search_companies
from seatbridge.partners.models import Partner
from seatbridge.sync.shown.groups import FAILING
from seatbridge.usage.imports import import_file
from seatbridge.usage.models import Company
from tests.support.mapping_world import (
    CONTOSO,
    CONTOSO_MONTHLY,
    NORTHWIND,
    NORTHWIND_MONTHLY,
    TODAY,
    MappingWorld,
    company,
    mapping_world,
)
from tests.support.statements import know_how_many


@pytest.fixture
def world(northgate: Partner) -> MappingWorld:
    made = mapping_world(northgate)
    set_company_mapping(made.integration, made.northwind, NORTHWIND, NORTHWIND_MONTHLY, actor="Alice")
    exclude_company(made.integration, made.contoso, reason="in bundle", review_on=None, actor="Alice")
    return made


def asked(**more: object) -> Asked:
    return Asked(TODAY, FAILING, **more)  # type: ignore[arg-type]


def refs(world: MappingWorld, **more: object) -> list[str]:
    return [row.ref for row in search_companies(world.integration, asked(**more)).rows]


def test_each_filter_has_its_companies(world: MappingWorld) -> None:
    company(world.partner, "own", "Own", type="msp")
    company(world.partner, "trying", "Trying", level="trial")
    assert refs(world) == ["contoso", "juniper", "northwind", "own", "trying"]
    assert refs(world, state=State.MAPPED) == ["northwind"]
    assert refs(world, state=State.UNMAPPED) == ["juniper"]
    assert refs(world, state=State.EXCLUDED) == ["contoso", "own", "trying"]
    assert refs(world, state=State.FAILING) == []
    assert refs(world, state=State.ENDING) == []


@pytest.mark.parametrize(
    ("status", "fails"),
    [
        ("error:credentials", True),
        ("blocked:contract-ended", True),
        ("no-change", False),
        ("held:zero", False),
    ],
)
def test_failing_are_those_whom_a_sync_could_not_bill(
    world: MappingWorld, status: str, *, fails: bool
) -> None:
    CompanyMapping.objects.filter(company=world.northwind).update(last_status=status)
    assert refs(world, state=State.FAILING) == (["northwind"] if fails else [])


@pytest.mark.parametrize("change", [{"gone": True}, {"end": TODAY}, {"end": TODAY + timedelta(days=60)}])
def test_a_contract_that_ends_or_is_gone_is_in_ending(world: MappingWorld, change: dict[str, object]) -> None:
    SeenContract.objects.filter(contract_id=NORTHWIND_MONTHLY).update(**change)
    assert refs(world, state=State.ENDING) == ["northwind"]
    assert count_states(world.integration, TODAY, FAILING)[State.ENDING] == 1


def test_counts_are_those_of_the_filters(world: MappingWorld) -> None:
    company(world.partner, "own", "Own", type="msp")
    CompanyMapping.objects.filter(company=world.northwind).update(last_status="error:permission")
    counts = count_states(world.integration, TODAY, FAILING)
    assert counts == {state: count_found(world.integration, asked(state=state)) for state in State}


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("NORTH", ["northwind"]),
        ("juniperhomecare", ["juniper"]),
        ("Contoso", ["contoso"]),
        ("100%", []),
        ("_", []),
        ("'; DROP TABLE", []),
        ("\0north", ["northwind"]),
        ("x" * 5000, []),
    ],
)
def test_a_search_finds_by_name_domain_and_account(
    world: MappingWorld, search: str, expected: list[str]
) -> None:
    assert refs(world, search=search) == expected


def test_a_search_finds_by_the_name_of_the_account(world: MappingWorld) -> None:
    SeenAccount.objects.filter(account_id=NORTHWIND).update(name="Boreas Trading")
    assert refs(world, search="boreas") == ["northwind"]


def test_another_partner_and_another_integration_are_not_seen(world: MappingWorld, contoso: Partner) -> None:
    other = mapping_world(contoso)
    set_company_mapping(other.integration, other.juniper, CONTOSO, CONTOSO_MONTHLY, actor="Carol")
    assert refs(world, state=State.MAPPED) == ["northwind"]
    assert refs(other, state=State.MAPPED) == ["juniper"]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("descending", [False, True])
def test_pages_hold_every_company_once_in_order_and_lead_back(
    world: MappingWorld, sort: Sort, *, descending: bool
) -> None:
    """Equal values, empty ones and upper case are among them."""
    at = datetime(2026, 11, 1, tzinfo=UTC)
    for number in range(23):
        name = ("acme", "Acme", "Zeta")[number % 3]
        made = company(world.partner, f"c{number}", name)
        if number % 2:
            CompanyMapping.objects.create(
                integration=world.integration,
                company=made,
                account_id=CONTOSO,
                contract_id=CONTOSO_MONTHLY if number % 4 == 1 else 999,
                account_name=("Contoso", "alder")[number % 3 % 2],
                last_sync_at=None if number % 5 == 0 else at + timedelta(days=number % 3),
                last_status=("", "no-change", "held:zero")[number % 3],
            )
    whole = refs(world, sort=sort, descending=descending, limit=100)
    assert len(whole) == len(set(whole)) == 26
    seen, page = [], search_companies(world.integration, asked(sort=sort, descending=descending, limit=4))
    assert page.previous == ""
    while True:
        seen.append([row.ref for row in page.rows])
        if not page.next:
            break
        page = search_companies(
            world.integration, asked(sort=sort, descending=descending, limit=4, after=page.next)
        )
    assert [ref for each in seen for ref in each] == whole
    back = [seen[-1]]
    while page.previous:
        page = search_companies(
            world.integration, asked(sort=sort, descending=descending, limit=4, before=page.previous)
        )
        back.insert(0, [row.ref for row in page.rows])
    assert [ref for each in back for ref in each] == whole


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "e30",
        "!!!",
        "a" * 3000,
        write_cursor((TODAY, 1)),
        write_cursor(("a", 2**70)),
        "WyJzIiwgIlx1ZDgwMCIsIDFd",
    ],
)
def test_a_cursor_that_is_not_of_this_list_is_refused(world: MappingWorld, cursor: str) -> None:
    with pytest.raises(CursorRefused):
        search_companies(world.integration, asked(after=cursor))


@pytest.fixture
def many(world: MappingWorld) -> MappingWorld:
    companies = Company.objects.bulk_create(
        Company(partner=world.partner, ref=f"m{n}", name=f"Company {n}", first_seen_on=TODAY)
        for n in range(10_000)
    )
    CompanyMapping.objects.bulk_create(
        CompanyMapping(
            integration=world.integration,
            company=each,
            account_id=NORTHWIND,
            contract_id=NORTHWIND_MONTHLY,
            last_status="no-change",
        )
        for each in companies[::2]
    )
    know_how_many(Company, CompanyMapping)
    return world


def test_ten_thousand_companies_take_as_many_queries_as_three(many: MappingWorld) -> None:
    for more in ({}, {"search": "99"}, {"state": State.UNMAPPED, "descending": True}, {"sort": Sort.STATUS}):
        with CaptureQueriesContext(connection) as queries:
            page = search_companies(many.integration, asked(**more))
        assert len(page.rows) == 50
        assert len(queries) <= (4 if "search" in more else 3)
    with CaptureQueriesContext(connection) as queries:
        counts = count_states(many.integration, TODAY, FAILING)
    assert counts[State.MAPPED] == 5_001
    assert len(queries) <= 3


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_search_knows_upper_and_lower_case_of_every_alphabet(world: MappingWorld) -> None:
    company(world.partner, "Ecole", "École Élan", domains="elan.example")
    for typed in ("école élan", "ÉCOLE", "ELAN.EXAMPLE", "eCoLe"):
        assert refs(world, search=typed) == ["Ecole"], typed


def test_a_company_is_found_by_the_name_that_the_newest_list_gives_it(world: MappingWorld) -> None:
    for name in ("Straße & Söhne", "Sohn & Partner"):
        listed = f"company,name\nstrasse,{name}\n".encode()
        import_file(world.partner, "companies", BytesIO(listed), complete=False, dry_run=False, now=NOW)
    assert refs(world, search="SÖHNE") == []
    assert refs(world, search="sohn & PARTNER") == ["strasse"]
