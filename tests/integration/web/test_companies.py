"""Company Mapping: the table, the pencil, suggestions, exclusions, files."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from seatbridge.catalog.models import SeenAccount, SeenContract
from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.editing import exclude_company, set_company_mapping
from seatbridge.mappings.models import CompanyMapping
from seatbridge.partners.models import Partner
from seatbridge.usage.imports import import_file
from seatbridge.usage.models import Company
from tests.integration.web.told import at_most, text_of
from tests.support.cast import Cast
from tests.support.mapping_world import (
    CONTOSO,
    CONTOSO_MONTHLY,
    JUNIPER,
    JUNIPER_MONTHLY,
    NORTHWIND,
    NORTHWIND_HOURS,
    NORTHWIND_MONTHLY,
    NORTHWIND_NEXT,
    NORTHWIND_OLD,
    TODAY,
    MappingWorld,
    company,
    map_standard,
    mapped,
    mapping_world,
    pencil,
)
from tests.support.statements import know_how_many

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def world(northgate: Partner) -> MappingWorld:
    made = mapping_world(northgate)
    map_standard(made.integration)
    return made


def count(partner: Partner, ref: str, users: int) -> None:
    text = f"company,product,count\n{ref},standard,{users}\n"
    import_file(
        partner,
        "counts",
        SimpleUploadedFile("a.csv", text.encode()).file,  # type: ignore[arg-type]
        complete=False,
        dry_run=False,
        now=datetime.now(UTC),
    )


# --- the table ---


def test_before_there_is_an_integration_the_page_says_the_next_step(people: Cast) -> None:
    assert "Connect Kaseya BMS first." in text_of(people.alice.browser.get("/companies/"))


def test_each_company_stands_with_its_place_and_what_to_do(people: Cast, world: MappingWorld) -> None:
    set_company_mapping(world.integration, world.northwind, NORTHWIND, NORTHWIND_MONTHLY, actor="Alice")
    CompanyMapping.objects.update(last_status="blocked:line-missing", last_sync_at=datetime.now(UTC))
    exclude_company(
        world.integration, world.contoso, reason="in bundle", review_on=date(2199, 3, 1), actor="Alice"
    )
    said = text_of(people.bob.browser.get("/companies/"))
    assert "Northwind 7001" in said
    assert "Not being billed The contract lacks the service: add it in BMS." in said
    assert "Excluded · Off in bundle, review 1 Mar 2199" in said
    assert "No account and contract yet." in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Renamed monthly"}, "Renamed in BMS: was Northwind 7001."),
        ({"gone": True}, "No longer in BMS: choose another one."),
        ({"end": TODAY - timedelta(days=9)}, "Ended on "),
        ({"end": TODAY + timedelta(days=9)}, "Ends on "),
        ({"start": TODAY + timedelta(days=9)}, "Starts on "),
        ({"status": "On hold"}, '"On hold" in BMS.'),
        ({"account_name": "Contoso"}, "Belongs to Contoso now."),
    ],
)
def test_a_contract_that_changed_says_so_in_its_row(
    people: Cast, world: MappingWorld, change: dict[str, object], said: str
) -> None:
    set_company_mapping(world.integration, world.northwind, NORTHWIND, NORTHWIND_MONTHLY, actor="Alice")
    SeenContract.objects.filter(contract_id=NORTHWIND_MONTHLY).update(**change)
    assert said in text_of(people.bob.browser.get("/companies/"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Boreas"}, "Renamed in BMS: was Northwind."),
        ({"gone": True}, "No longer in BMS."),
        ({"is_active": False}, "Inactive in BMS."),
    ],
)
def test_an_account_that_changed_says_so_in_its_row(
    people: Cast, world: MappingWorld, change: dict[str, object], said: str
) -> None:
    set_company_mapping(world.integration, world.northwind, NORTHWIND, NORTHWIND_MONTHLY, actor="Alice")
    SeenAccount.objects.filter(account_id=NORTHWIND).update(**change)
    assert said in text_of(people.bob.browser.get("/companies/"))


@pytest.mark.parametrize(
    "query",
    ["?after=x", "?before=!!&sort=-nothing", "?state=odd", "?integration=999", "?search=%00%ff", "?sort=-"],
)
def test_a_url_that_is_wrong_shows_the_first_page(people: Cast, world: MappingWorld, query: str) -> None:
    assert people.bob.browser.get(f"/companies/{query}").status_code == 200


def test_ten_thousand_companies_take_twelve_queries_and_a_small_page(
    people: Cast, world: MappingWorld
) -> None:
    made = Company.objects.bulk_create(
        Company(partner=world.partner, ref=f"m{n}", name=f"Company {n}", first_seen_on=TODAY)
        for n in range(10_000)
    )
    CompanyMapping.objects.bulk_create(
        CompanyMapping(
            integration=world.integration,
            company=each,
            account_id=NORTHWIND,
            contract_id=NORTHWIND_MONTHLY,
            account_name="Northwind",
            contract_name="Northwind 7001",
            last_status="no-change",
            last_sync_at=datetime.now(UTC),
        )
        for each in made[::2]
    )
    know_how_many(Company, CompanyMapping)
    browser = people.alice.browser
    browser.get("/companies/")
    for query in ("", "?search=Company+99", "?state=unmapped&sort=-company", "?state=ending", "?sort=status"):
        with at_most():
            page = browser.get(f"/companies/{query}")
        assert len(page.content) < 150_000
        with at_most():
            table = browser.get(
                f"/companies/{query}", headers={"HX-Request": "true", "HX-Target": "companies-table"}
            )
        assert "<html" not in table.content.decode()
    for url in (pencil(world, made[0]), pencil(world, made[1]), f"{pencil(world, made[0])}first"):
        with at_most():
            browser.get(url, **HTMX)
    with at_most():
        browser.get("/companies/suggestions/")


# --- the pencil ---


def test_a_mapping_without_a_contract_is_refused_with_words(people: Cast, world: MappingWorld) -> None:
    browser = people.bill.browser
    answer = browser.post(pencil(world), {"account_id": NORTHWIND})
    assert answer.status_code == 422
    assert "A mapping cannot be saved without a contract" in text_of(answer)
    assert "Choose the account in BMS first" in text_of(browser.post(pencil(world), {}))
    in_place = browser.post(pencil(world), {"account_id": NORTHWIND}, **HTMX)
    assert in_place.status_code == 200  # HTMX swaps nothing else
    assert in_place.content.decode().startswith("<tr")
    assert mapped(world) is None


@pytest.mark.parametrize(
    ("account", "contract", "said"),
    [
        (NORTHWIND, NORTHWIND_HOURS, "only Recurring Services have units"),
        (NORTHWIND, NORTHWIND_OLD, "ended on"),
        (NORTHWIND, CONTOSO_MONTHLY, "belongs to Contoso, not to Northwind"),
        (NORTHWIND, 9999, "BMS has no contract 9999"),
        (9999, NORTHWIND_MONTHLY, "BMS has no account 9999"),
        ("x", "y", "Choose the account"),
        ("9" * 40, "1", "Choose the account"),
    ],
)
def test_a_place_that_cannot_be_billed_is_refused(
    people: Cast, world: MappingWorld, account: object, contract: object, said: str
) -> None:
    answer = people.bill.browser.post(pencil(world), {"account_id": account, "contract_id": contract})
    assert said in text_of(answer)
    assert mapped(world) is None


def test_the_contracts_of_an_account_are_offered_with_what_they_carry(
    people: Cast, world: MappingWorld
) -> None:
    said = text_of(people.bill.browser.get(pencil(world), {"account_id": NORTHWIND}))
    assert "Northwind 7001" in said
    assert "Active · carries Password Boss Standard" in said
    assert "Waiting for activation: starts on" in said
    assert "lacks Password Boss Standard" in said
    assert "Northwind 7002" not in said
    assert "Northwind 7003" not in said


def test_a_service_that_a_contract_lacks_is_no_fault_where_the_company_has_no_users_of_it(
    people: Cast, world: MappingWorld
) -> None:
    count(world.partner, "northwind", 0)
    page = people.bill.browser.get(pencil(world), {"account_id": NORTHWIND})
    assert "lacks Password Boss Standard, which nobody uses here" in text_of(page)
    assert 'class="bad">lacks' not in page.content.decode()
    count(world.partner, "northwind", 3)
    page = people.bill.browser.get(pencil(world), {"account_id": NORTHWIND})
    assert 'class="bad">lacks' in page.content.decode()


def test_the_form_of_a_company_that_is_billed_says_that_saving_it_again_writes_nothing(
    people: Cast, world: MappingWorld
) -> None:
    count(world.partner, "northwind", 14)
    browser = people.bill.browser
    assert "Saving the mapping approves these units" in text_of(browser.get(pencil(world)))
    form = {"account_id": NORTHWIND, "contract_id": NORTHWIND_MONTHLY}
    browser.post(pencil(world), form)
    assert "Saving the mapping approves these units" in text_of(browser.get(pencil(world)))
    browser.post(pencil(world), form | {"seen": browser.get(pencil(world)).context["first"].seal})
    for address in (pencil(world), f"{pencil(world)}first"):
        said = text_of(browser.get(address))
        assert "Saving the contract that it is billed on writes nothing." in said
        assert "Saving the mapping approves" not in said


def test_an_account_is_searched_without_script(people: Cast, world: MappingWorld) -> None:
    said = text_of(people.bill.browser.get(pencil(world), {"q": "fabri"}))
    assert "Fabrikam inactive in BMS" in said
    assert (
        "No account in BMS is found for “zzz”"
        in text_of(people.bill.browser.get(pencil(world), {"q": "zzz", "account_id": "0"}))
        or "Northwind" in said
    )


def test_a_mapping_that_is_saved_with_its_first_write_in_sight_is_its_approval(
    people: Cast, world: MappingWorld
) -> None:
    count(world.partner, "northwind", 14)
    browser = people.bill.browser
    page = browser.get(pencil(world))
    assert "14 units at $5.00 each in the catalog, $70.00 a month" in text_of(page)
    seen = page.context["first"].seal
    form = {"account_id": NORTHWIND, "contract_id": NORTHWIND_MONTHLY, "seen": seen}
    row = browser.post(pencil(world), form, **HTMX)
    assert "Not synced yet" in text_of(row)
    made = mapped(world)
    assert made is not None
    assert made.first_write_approved_at is not None
    again = browser.post(pencil(world), form, follow=True)
    assert "was mapped there already" in text_of(again)
    assert LedgerEntry.objects.filter(event="company-mapping.changed").count() == 1


def test_a_count_that_moved_since_it_was_shown_refuses_the_mapping(people: Cast, world: MappingWorld) -> None:
    count(world.partner, "northwind", 14)
    seen = people.bill.browser.get(pencil(world)).context["first"].seal
    count(world.partner, "northwind", 15)
    form = {"account_id": NORTHWIND, "contract_id": NORTHWIND_MONTHLY, "seen": seen}
    assert "The counts have moved" in text_of(people.bill.browser.post(pencil(world), form))
    assert mapped(world) is None


def test_a_first_write_that_nobody_was_shown_waits(people: Cast, world: MappingWorld) -> None:
    count(world.partner, "northwind", 14)
    form = {"account_id": NORTHWIND, "contract_id": NORTHWIND_MONTHLY}
    assert "first write waits" in text_of(people.bill.browser.post(pencil(world), form, follow=True))
    made = mapped(world)
    assert made is not None
    assert made.first_write_approved_at is None


def test_a_contract_that_others_share_waits_for_its_sum(people: Cast, world: MappingWorld) -> None:
    set_company_mapping(world.integration, world.contoso, NORTHWIND, NORTHWIND_MONTHLY, actor="Alice")
    count(world.partner, "northwind", 14)
    browser = people.bill.browser
    page = browser.get(pencil(world), {"account_id": NORTHWIND})
    assert "Also billed here: Contoso LLC. Their users are added." in text_of(page)
    form = {"account_id": NORTHWIND, "contract_id": NORTHWIND_MONTHLY, "seen": page.context["first"].seal}
    assert "first write waits" in text_of(browser.post(pencil(world), form, follow=True))


def test_a_contract_that_starts_later_is_saved_as_waiting(people: Cast, world: MappingWorld) -> None:
    form = {"account_id": NORTHWIND, "contract_id": NORTHWIND_NEXT}
    assert "Waiting for activation" in text_of(people.bill.browser.post(pencil(world), form, follow=True))


def test_a_viewer_maps_nothing_and_the_other_partner_finds_nothing(people: Cast, world: MappingWorld) -> None:
    form = {"account_id": NORTHWIND, "contract_id": NORTHWIND_MONTHLY}
    assert people.bob.browser.post(pencil(world), form).status_code == 403
    assert people.carol.browser.post(pencil(world), form).status_code == 404
    assert mapped(world) is None


def test_a_company_of_another_partner_cannot_be_mapped_through_ones_own_integration(
    people: Cast, world: MappingWorld, contoso: Partner
) -> None:
    theirs = company(contoso, "fabrikam", "Fabrikam")
    assert people.alice.browser.get(pencil(world, theirs)).status_code == 404


# --- exclusion and removal ---


def test_a_mapping_is_taken_away_once(people: Cast, world: MappingWorld) -> None:
    set_company_mapping(world.integration, world.northwind, NORTHWIND, NORTHWIND_MONTHLY, actor="Alice")
    url = f"{pencil(world)}forget"
    assert "no longer mapped" in text_of(people.bill.browser.post(url, follow=True))
    assert "had no mapping" in text_of(people.bill.browser.post(url, follow=True))
    assert mapped(world) is None


# --- suggestions ---


def test_suggestions_are_accepted_one_by_one_and_all_above_a_score(people: Cast, world: MappingWorld) -> None:
    browser, url = people.bill.browser, "/companies/suggestions/"
    page = text_of(browser.get(url))
    assert "Juniper Homecare, Inc." in page
    assert "Same name but for spaces." in page
    assert "Accept 3 with a score of 95 or more" in page
    assert "Juniper Home Care is mapped" in text_of(browser.post(url, {"company": "juniper"}, follow=True))
    assert "Nothing was left" in text_of(browser.post(url, {"company": "juniper"}, follow=True))
    assert "2 companies are mapped." in text_of(browser.post(url, {"least": "95"}, follow=True))
    assert "Nothing was left" in text_of(browser.post(url, {"least": "0"}, follow=True))
    rows = CompanyMapping.objects.values_list("company__ref", "account_id", "contract_id")
    assert set(rows) == {
        ("juniper", JUNIPER, JUNIPER_MONTHLY),
        ("contoso", CONTOSO, CONTOSO_MONTHLY),
        ("northwind", NORTHWIND, NORTHWIND_MONTHLY),
    }
    assert people.bob.browser.post(url, {"least": "95"}).status_code == 403
    assert people.carol.browser.get(url, {"integration": world.integration.pk}).status_code == 404


# --- files ---
