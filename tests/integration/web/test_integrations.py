"""Available Integrations and the one page of an integration, as each role."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from bms_simulator.server import SimulatorServer
from seatbridge.catalog.models import Refresh, SeenContract, SeenService
from seatbridge.integrations.models import ContractTerms, Integration, PostingDone, Schedule
from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.models import ProductMapping
from seatbridge.mappings.refreshing_behind import reading_of
from seatbridge.partners.models import Partner
from seatbridge.sync.models import Owed, SyncRun
from tests.integration.web.samples import owed_line
from tests.integration.web.told import at_most, text_of
from tests.support.cast import Cast
from tests.support.mapping_world import (
    ADVANCED,
    NORTHWIND_MONTHLY,
    PASSWORD,
    RETIRED,
    STANDARD,
    MappingWorld,
    map_standard,
    mapping_world,
)
from tests.support.portal_bms import reachable_bms
from tests.support.worlds import COMPANY_NAME, HOST, USERNAME
from tests.support.worlds import PASSWORD as RIGHT

NEW = "/integrations/kaseya-bms/"
TYPED = {"hostname": HOST, "username": USERNAME, "password": RIGHT, "company_name": COMPANY_NAME}


@pytest.fixture
def world(northgate: Partner) -> MappingWorld:
    return mapping_world(northgate)


@pytest.fixture
def bms() -> Iterator[SimulatorServer]:
    with reachable_bms() as server:
        yield server


def events() -> list[str]:
    return list(LedgerEntry.objects.order_by("seq").values_list("event", flat=True))


def mark_of(browser: Client, path: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', browser.get(path).content.decode())
    assert found is not None
    return found[1]


def test_the_tile_says_the_state(people: Cast, northgate: Partner) -> None:
    browser = people.bob.browser
    assert "Not connected" in text_of(browser.get("/integrations/"))
    integration = mapping_world(northgate).integration
    assert "Off" in text_of(browser.get("/integrations/"))
    Integration.objects.update(enabled=True)
    assert "On" in text_of(browser.get("/integrations/"))
    Integration.objects.update(stopped_reason="three contracts moved by other sums")
    assert "Needs attention" in text_of(browser.get("/integrations/"))
    assert "three contracts moved" in text_of(browser.get(f"/integrations/{integration.pk}/"))


@pytest.mark.django_db(transaction=True)
def test_a_wrong_password_then_the_right_one_then_save(people: Cast, bms: SimulatorServer) -> None:
    """The way of the seed document: sections appear after the first Save, and not before."""
    browser = people.alice.browser
    wrong = browser.post(NEW, TYPED | {"password": "wrong", "do": "authenticate"}, follow=True)
    assert "refused" in text_of(wrong)
    assert "Product Mappings" not in text_of(wrong)
    integration = Integration.objects.get()
    assert integration.is_draft
    assert not integration.enabled

    here = f"/integrations/{integration.pk}/"
    right = browser.post(f"{here}connection", TYPED | {"do": "authenticate"}, follow=True)
    assert f"Signed in to {COMPANY_NAME}" in text_of(right)
    assert "Product Mappings" not in text_of(right)
    reading = reading_of(integration)
    assert reading is not None
    assert reading.done.wait(30)

    saved = browser.post(
        f"{here}connection", TYPED | {"password": "", "do": "save", "enabled": "1"}, follow=True
    )
    for section in ("Product Mappings", "Sync Schedule", "Company Mapping", "Billing calendar", "Rules"):
        assert section in text_of(saved)
    integration.refresh_from_db()
    assert integration.enabled
    assert not integration.is_draft
    assert SeenService.objects.filter(integration=integration).count() == 3
    for page in (wrong, right, saved):
        assert RIGHT not in page.content.decode()
        assert "wrong" not in re.findall(r'value="([^"]*)"', page.content.decode())


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_signs_in_once(people: Cast, bms: SimulatorServer) -> None:
    browser = people.alice.browser
    form = TYPED | {"password": "wrong", "do": "authenticate", "once": mark_of(browser, NEW)}
    browser.post(NEW, form, follow=True)
    again = browser.post(NEW, form, follow=True)
    assert Integration.objects.count() == 1
    assert "done once" in text_of(again)
    assert LedgerEntry.objects.filter(event="integration.sign-in-refused").count() == 1


def test_a_pasted_address_is_cut_and_the_page_says_so(people: Cast) -> None:
    answer = people.alice.browser.post(
        NEW, TYPED | {"hostname": "https://BMS.kaseya.com/MVC/#home", "do": "save"}, follow=True
    )
    assert "Only the host was taken from what you typed: bms.kaseya.com." in text_of(answer)
    assert Integration.objects.get().hostname == "bms.kaseya.com"


def test_a_draft_is_gone_on_with_and_not_made_twice(people: Cast) -> None:
    browser = people.alice.browser
    form = TYPED | {"hostname": "bms.kaseya.com", "do": "save"}
    browser.post(NEW, form)
    Integration.objects.update(is_draft=True)
    assert browser.get(NEW)["Location"] == f"/integrations/{Integration.objects.get().pk}/"
    browser.post(NEW, form | {"company_name": "Northgate West"})
    assert [each.company_name for each in Integration.objects.all()] == ["Northgate West"]


def test_what_is_typed_stays_and_the_password_does_not(people: Cast) -> None:
    answer = people.alice.browser.post(NEW, TYPED | {"hostname": "http://127.0.0.1:8000", "do": "save"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert f'value="{USERNAME}"' in html
    assert RIGHT not in html
    assert "a port" in text_of(answer)
    assert not Integration.objects.exists()


def test_a_second_integration_of_one_bms_company_is_refused_with_words(
    people: Cast, world: MappingWorld
) -> None:
    answer = people.alice.browser.post(
        NEW, TYPED | {"hostname": "bms.kaseya.com", "company_name": "northgate it bms", "do": "save"}
    )
    assert "already" in text_of(answer)


def test_the_bms_company_stays_once_a_sync_has_run(people: Cast, world: MappingWorld) -> None:
    browser, url = people.alice.browser, f"/integrations/{world.integration.pk}/connection"
    form = {"hostname": "bms.kaseya.com", "username": "other", "company_name": "Other", "do": "save"}
    browser.post(url, form)
    world.integration.refresh_from_db()
    assert (world.integration.company_name, world.integration.username) == ("Other", "other")
    assert world.integration.authenticated_at is None
    SyncRun.objects.create(
        integration=world.integration, actor="Alice", created_at=Refresh.objects.get().at, state="succeeded"
    )
    refused = browser.post(url, form | {"company_name": "Third"})
    assert refused.status_code == 422
    assert "host and company name stay" in text_of(refused)


def test_another_host_needs_the_password_again(people: Cast, world: MappingWorld) -> None:
    form = {
        "hostname": "bmsemea.kaseya.com",
        "username": "api",
        "company_name": "Northgate IT BMS",
        "do": "save",
    }
    answer = people.alice.browser.post(f"/integrations/{world.integration.pk}/connection", form)
    assert "Type the password as well" in text_of(answer)
    world.integration.refresh_from_db()
    assert world.integration.hostname == "bms.kaseya.com"


def test_the_switch_says_what_it_does_and_twice_is_as_good_as_once(people: Cast, world: MappingWorld) -> None:
    browser, url = people.alice.browser, f"/integrations/{world.integration.pk}/switch"
    for _ in range(2):
        assert "Writing to BMS is on." in text_of(browser.post(url, {"to": "on"}, follow=True))
    assert events().count("integration.enabled") == 1
    for _ in range(2):
        assert "Writing to BMS is off." in text_of(browser.post(url, {"to": "off"}, follow=True))
    assert events().count("integration.disabled") == 1
    assert people.bill.browser.post(url, {"to": "on"}).status_code == 403
    assert browser.post(url, {"to": "sideways"}).status_code == 302
    world.integration.refresh_from_db()
    assert not world.integration.enabled


def test_products_are_mapped_by_search_while_the_integration_is_off(
    people: Cast, world: MappingWorld
) -> None:
    browser, here = people.bill.browser, f"/integrations/{world.integration.pk}/"
    found = text_of(browser.get(f"{here}services", {"product": "advanced", "q_advanced": "boss adv"}))
    assert "Password Boss Advanced" in found
    assert "$7.50" in found
    assert "Standard" not in found
    without_script = browser.get(here, {"q_advanced": "classic"})
    assert "Password Boss Classic" in text_of(without_script)
    assert "inactive" in text_of(without_script)

    Refresh.objects.all().delete()  # else it is read which contracts carry them
    form = {"standard": STANDARD, "advanced": ADVANCED}
    saved = browser.post(f"{here}products", form, follow=True)
    assert "Password Boss Advanced is billed as Password Boss Advanced." in text_of(saved)
    assert dict(ProductMapping.objects.values_list("product", "service_id")) == form
    assert "Nothing was changed" in text_of(browser.post(f"{here}products", form, follow=True))
    assert events().count("product-mapping.changed") == 2


@pytest.mark.parametrize("service", ["999", "x", "-1", "9" * 30])
def test_a_service_that_bms_does_not_have_is_refused(people: Cast, world: MappingWorld, service: str) -> None:
    here = f"/integrations/{world.integration.pk}/"
    answer = people.alice.browser.post(f"{here}products", {"standard": service}, follow=True)
    assert "no such service" in text_of(answer)
    assert not ProductMapping.objects.exists()


def test_an_inactive_service_is_mapped_with_a_warning(people: Cast, world: MappingWorld) -> None:
    Refresh.objects.all().delete()
    answer = people.alice.browser.post(
        f"/integrations/{world.integration.pk}/products", {"standard": RETIRED}, follow=True
    )
    assert "inactive in BMS" in text_of(answer)


def test_a_schedule_is_set_and_a_wrong_one_keeps_what_was_typed(people: Cast, world: MappingWorld) -> None:
    browser, url = people.alice.browser, f"/integrations/{world.integration.pk}/schedule"
    weekly = {"cadence": "weekly", "weekday": "4", "at": "18:30", "timezone": "Europe/Berlin"}
    assert "Every Friday at 18:30" in text_of(browser.post(url, weekly, follow=True))
    row = Schedule.objects.get()
    assert (row.weekday, row.timezone) == (4, "Europe/Berlin")
    wrong = browser.post(url, weekly | {"timezone": "Moon/Crater"})
    assert wrong.status_code == 422
    assert "not a time zone" in text_of(wrong)
    assert 'value="Moon/Crater"' in wrong.content.decode()
    assert browser.post(url, weekly | {"at": "25:99"}).status_code == 422
    assert people.bill.browser.post(url, weekly).status_code == 403


def test_the_billing_calendar_is_set_and_shown_as_sentences(people: Cast, world: MappingWorld) -> None:
    browser, here = people.alice.browser, f"/integrations/{world.integration.pk}/"
    form = {
        "default": "start",
        "end_posts_on": "2",
        "start_posts_on": "25",
        "fiscal": "no",
        "freeze_until": "17:00",
    }
    said = text_of(browser.post(f"{here}calendar", form, follow=True))
    assert "invoiced at the start of the billing cycle, in months from the contract's start" in said
    assert browser.post(f"{here}calendar", form | {"end_posts_on": "32"}).status_code == 422
    browser.post(
        f"{here}calendar/contract", {"contract_id": NORTHWIND_MONTHLY, "issue_on": "end", "fiscal": "yes"}
    )
    assert ContractTerms.objects.get().contract_id == NORTHWIND_MONTHLY
    browser.post(f"{here}calendar/contract", {"contract_id": NORTHWIND_MONTHLY, "issue_on": "", "fiscal": ""})
    assert not ContractTerms.objects.exists()


def test_posting_is_noted_once_and_never_ahead(people: Cast, world: MappingWorld) -> None:
    browser, url = people.bill.browser, f"/integrations/{world.integration.pk}/posted"
    assert "has not come yet" in text_of(browser.post(url, {"on": "2199-01-01"}, follow=True))
    assert "not a day" in text_of(browser.post(url, {"on": "soon"}, follow=True))
    for _ in range(2):
        assert "noted as done" in text_of(browser.post(url, {"on": "2026-01-05"}, follow=True))
    assert PostingDone.objects.count() == 1
    assert people.bob.browser.post(url).status_code == 403


def test_the_write_method_is_chosen_with_its_consequence(people: Cast, world: MappingWorld) -> None:
    browser, here = people.alice.browser, f"/integrations/{world.integration.pk}/"
    assert "tax and ledger settings in BMS are lost" in text_of(
        browser.post(f"{here}method", {"method": "replace"}, follow=True)
    )
    assert "is not a write method" in text_of(browser.post(f"{here}method", {"method": "magic"}, follow=True))
    assert "Northwind 7001" in text_of(
        browser.post(f"{here}test-contract", {"contract_id": NORTHWIND_MONTHLY}, follow=True)
    )
    world.integration.refresh_from_db()
    assert (world.integration.chosen_method, world.integration.test_contract_id) == (
        "replace",
        NORTHWIND_MONTHLY,
    )
    assert "within a period" in text_of(browser.post(f"{here}prorations", {"seen": "none"}, follow=True))
    assert "Say whether" in text_of(browser.post(f"{here}prorations", {}, follow=True))


def test_an_unfinished_line_is_left_once(people: Cast, world: MappingWorld) -> None:
    owed = owed_line(world)
    browser, here = people.bill.browser, f"/integrations/{world.integration.pk}/"
    shown = text_of(browser.get(here))
    assert "Northwind, Standard: 12 → 14 units at $5.00 The line stands at 0." in shown
    contract = SeenContract.objects.get(contract_id=owed.contract_id)
    assert f"Contract {contract.name}, line {owed.line_id}" in shown
    url = f"{here}owed/{owed.pk}"
    assert "Choose what becomes" in text_of(browser.post(url, {"choice": "x"}, follow=True))
    assert "left as it stands" in text_of(browser.post(url, {"choice": "leave"}, follow=True))
    assert "answered already" in text_of(browser.post(url, {"choice": "finish"}, follow=True))
    owed.refresh_from_db()
    assert owed.phase == Owed.Phase.SETTLED


def test_an_unfinished_line_is_offered_what_fits_it(people: Cast, world: MappingWorld) -> None:
    owed = owed_line(world)
    here = f"/integrations/{world.integration.pk}/"
    buttons = {
        (Owed.Purpose.REPLACE, Owed.Phase.ADDING): ["Write 14 units", "Put the price of $5.00 back"],
        (Owed.Purpose.REPLACE, Owed.Phase.RESTORING): ["Put the price of $5.00 back"],
        (Owed.Purpose.DOUBLED, Owed.Phase.ZEROING): ["Price line 91 to 0"],
        (Owed.Purpose.REVERT, Owed.Phase.RETURNING): ["Put 14 units back"],
    }
    for (owed.purpose, owed.phase), words in buttons.items():
        owed.save()
        html = people.bill.browser.get(here).content.decode()
        assert re.findall(r'name="choice" value="[a-z]+">([^<]+)<', html) == [
            *words,
            "Leave it as it is in BMS",
        ]
    refused = people.bill.browser.post(f"{here}owed/{owed.pk}", {"choice": "restore"}, follow=True)
    assert "does not fit this line any more" in text_of(refused)
    owed.refresh_from_db()
    assert owed.phase == Owed.Phase.RETURNING


def test_rules_show_what_they_held_in_the_last_plan(people: Cast, world: MappingWorld) -> None:
    SyncRun.objects.create(
        integration=world.integration,
        actor="Alice",
        created_at=Refresh.objects.get().at,
        state="needs-attention",
        ended_at=Refresh.objects.get().at,
        summary={"by_status": {"held:anomaly": 3, "held:zero": 1}},
    )
    said = text_of(people.bob.browser.get(f"/integrations/{world.integration.pk}/"))
    assert "3 lines" in said
    assert "1 line " in said


def test_a_viewer_sees_no_form_that_is_not_theirs(people: Cast, world: MappingWorld) -> None:
    html = people.bob.browser.get(f"/integrations/{world.integration.pk}/").content.decode()
    assert f"/integrations/{world.integration.pk}/switch" not in html
    assert 'name="password"' not in html
    assert PASSWORD not in html


def test_an_integration_takes_few_queries_and_a_small_page(people: Cast, world: MappingWorld) -> None:
    map_standard(world.integration)
    browser, here = people.bob.browser, f"/integrations/{world.integration.pk}/"
    browser.get(here)
    ContractTerms.objects.bulk_create(
        ContractTerms(integration=world.integration, contract_id=number, fiscal=False)
        for number in range(1, 3_000)
    )
    with at_most():
        page = browser.get(here)
    assert "2,989 more contracts differ" in text_of(page)
    assert len(page.content) < 150_000
    with at_most():
        browser.get(f"{here}state")
    with at_most():
        browser.get(f"{here}services", {"product": "standard", "q_standard": "boss"})
    with at_most():
        browser.get("/integrations/")
