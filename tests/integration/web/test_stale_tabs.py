"""A tab that was opened before somebody else saved: it is told so, and nothing is overwritten unseen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from seatbridge.integrations.models import Integration, Schedule
from seatbridge.integrations.schedules import schedule_of
from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.models import CompanyMapping, ProductMapping
from seatbridge.partners.models import Partner
from seatbridge.usage.models import Company, HeldFile
from tests.integration.web.told import text_of
from tests.support.cast import Cast
from tests.support.mapping_world import (
    ADVANCED,
    CONTOSO,
    CONTOSO_MONTHLY,
    NORTHWIND,
    NORTHWIND_MONTHLY,
    RETIRED,
    STANDARD,
    MappingWorld,
    mapping_world,
)

HERE = {"account_id": NORTHWIND, "contract_id": NORTHWIND_MONTHLY}
THERE = {"account_id": CONTOSO, "contract_id": CONTOSO_MONTHLY}


@pytest.fixture
def world(northgate: Partner) -> MappingWorld:
    return mapping_world(northgate)


def pencil(world: MappingWorld) -> str:
    return f"/companies/mapping/{world.integration.pk}/{world.northwind.pk}/"


def opened(browser: Any, url: str, name: str = "was") -> dict[str, str]:
    """What a form carries unseen, from the page as it is now."""
    return {name: browser.get(url).context[name]}


@pytest.mark.parametrize(
    "send",
    [
        lambda browser, url, was: browser.post(url, HERE | was),
        lambda browser, url, was: browser.post(f"{url}exclude", {"reason": "in bundle"} | was),
        lambda browser, url, was: browser.post(f"{url}forget", was, follow=True),
    ],
    ids=["save", "exclude", "remove"],
)
def test_a_company_that_was_mapped_elsewhere_meanwhile(
    people: Cast, world: MappingWorld, send: Callable[..., Any]
) -> None:
    old = opened(people.anna.browser, pencil(world))
    people.alice.browser.post(pencil(world), THERE | opened(people.alice.browser, pencil(world)))
    said = text_of(send(people.anna.browser, pencil(world), old))
    assert "was changed meanwhile: it is mapped to Contoso, Contoso 7005 now" in said
    assert CompanyMapping.objects.get().contract_id == CONTOSO_MONTHLY
    assert CompanyMapping.objects.get().excluded_reason == ""


def test_having_looked_again_it_is_saved(people: Cast, world: MappingWorld) -> None:
    old = opened(people.anna.browser, pencil(world))
    people.alice.browser.post(pencil(world), THERE)
    refused = people.anna.browser.post(pencil(world), HERE | old)
    assert refused.status_code == 422
    people.anna.browser.post(pencil(world), HERE | {"was": refused.context["was"]})
    assert CompanyMapping.objects.get().contract_id == NORTHWIND_MONTHLY


def test_in_place_of_the_row_it_is_told_as_well(people: Cast, world: MappingWorld) -> None:
    old = opened(people.anna.browser, pencil(world))
    people.alice.browser.post(pencil(world), THERE)
    answer = people.anna.browser.post(pencil(world), HERE | old, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "was changed meanwhile" in answer.content.decode()


def test_a_service_that_another_chose_meanwhile_stays(people: Cast, world: MappingWorld) -> None:
    here = f"/integrations/{world.integration.pk}/products"
    people.alice.browser.post(here, {"standard": STANDARD, "was_standard": ""})
    said = text_of(people.anna.browser.post(here, {"standard": RETIRED, "was_standard": ""}, follow=True))
    assert "It was changed meanwhile" in said
    assert ProductMapping.objects.get().service_id == STANDARD


def test_a_service_that_was_not_touched_undoes_no_newer_choice(people: Cast, world: MappingWorld) -> None:
    here = f"/integrations/{world.integration.pk}/products"
    for service, was in ((RETIRED, ""), (STANDARD, RETIRED)):
        people.alice.browser.post(here, {"standard": service, "was_standard": was})
    form = {"standard": RETIRED, "was_standard": RETIRED, "advanced": ADVANCED, "was_advanced": ""}
    people.anna.browser.post(here, form)
    mapped = dict(ProductMapping.objects.values_list("product", "service_id"))
    assert mapped == {"standard": STANDARD, "advanced": ADVANCED}


CALENDAR = {
    "default": "start",
    "end_posts_on": 2,
    "start_posts_on": 20,
    "fiscal": "no",
    "freeze_until": "17:00",
}
SCHEDULE = {"cadence": "weekly", "weekday": "2", "at": "05:30", "timezone": ""}


@pytest.mark.parametrize(
    ("form", "first", "second"),
    [
        ("calendar", CALENDAR, CALENDAR | {"end_posts_on": 9}),
        ("schedule", SCHEDULE, SCHEDULE | {"at": "07:00"}),
    ],
)
def test_settings_that_were_saved_meanwhile_stay_until_one_saves_again(
    people: Cast, world: MappingWorld, form: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    here = f"/integrations/{world.integration.pk}/"
    old = {"was": people.anna.browser.get(here).context[f"was_{form}"]}
    people.alice.browser.post(f"{here}{form}", first | old)
    before = LedgerEntry.objects.count()
    refused = people.anna.browser.post(f"{here}{form}", second | old)
    assert "This was changed meanwhile" in text_of(refused)
    assert LedgerEntry.objects.count() == before
    people.anna.browser.post(f"{here}{form}", second | {"was": refused.context[f"was_{form}"]})
    assert LedgerEntry.objects.count() == before + 1
    assert (Integration.objects.get().end_posts_on == 9) is (form == "calendar")
    assert Schedule.objects.exists() is (form == "schedule")
    assert f"{schedule_of(world.integration).at:%H:%M}" == ("07:00" if form == "schedule" else "06:00")


def test_a_connection_that_was_changed_meanwhile_stays(people: Cast, world: MappingWorld) -> None:
    here = f"/integrations/{world.integration.pk}/"
    kept = {"hostname": "bms.kaseya.com", "company_name": world.integration.company_name, "do": "save"}
    old = {"was": people.anna.browser.get(here).context["was_connection"]}
    people.alice.browser.post(f"{here}connection", kept | {"username": "newer", "password": "pass"} | old)
    refused = people.anna.browser.post(f"{here}connection", kept | {"username": "api"} | old)
    assert "This was changed meanwhile" in text_of(refused)
    assert Integration.objects.get().username == "newer"


def test_a_file_of_mappings_is_shown_anew_where_something_moved(people: Cast, world: MappingWorld) -> None:
    here = f"/companies/mapping/{world.integration.pk}/file"
    text = f"company,account_id,contract_id\nnorthwind,{NORTHWIND},{NORTHWIND_MONTHLY}\n"
    people.anna.browser.post(here, {"file": SimpleUploadedFile("map.csv", text.encode())})
    held = HeldFile.objects.get().pk
    people.alice.browser.post(pencil(world), THERE)
    page = people.anna.browser.post(here, {"held": held}, follow=True)
    assert "Something has changed since this preview." in text_of(page)
    assert "Contoso · Contoso 7005 (7005) Northwind · Northwind 7001 (7001)" in text_of(page)
    assert CompanyMapping.objects.get().contract_id == CONTOSO_MONTHLY
    people.anna.browser.post(here, {"held": held})
    assert CompanyMapping.objects.get().contract_id == NORTHWIND_MONTHLY


def test_an_upload_is_shown_anew_where_another_list_came_in(people: Cast, northgate: Partner) -> None:
    def bring(browser: Any, text: str) -> int:
        file = SimpleUploadedFile("companies.csv", text.encode())
        browser.post("/uploads/", {"kind": "companies", "complete": "1", "file": file})
        return HeldFile.objects.latest("pk").pk

    mine = bring(people.anna.browser, "ref,name\nnorthwind,Northwind\n")
    theirs = bring(people.alice.browser, "ref,name\nnorthwind,Northwind\ncontoso,Contoso\n")
    people.alice.browser.post(f"/uploads/{theirs}/", {"do": "import"})
    page = people.anna.browser.post(f"/uploads/{mine}/", {"do": "import"}, follow=True)
    assert "Another list came in since this preview." in text_of(page)
    assert "Companies that have left 1" in text_of(page)
    assert not Company.objects.filter(state="left").exists()
    people.anna.browser.post(f"/uploads/{mine}/", {"do": "import"})
    assert Company.objects.get(state="left").ref == "contoso"
