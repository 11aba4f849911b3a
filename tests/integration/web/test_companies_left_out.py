"""Company Mapping: who is left out and comes back, and mappings as a file."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.editing import exclude_company, set_company_mapping
from seatbridge.partners.models import Partner
from seatbridge.usage.models import HeldFile
from tests.integration.web.told import text_of
from tests.support.cast import Cast
from tests.support.mapping_world import (
    NORTHWIND,
    NORTHWIND_MONTHLY,
    MappingWorld,
    map_standard,
    mapped,
    mapping_world,
    pencil,
)


@pytest.fixture
def world(northgate: Partner) -> MappingWorld:
    made = mapping_world(northgate)
    map_standard(made.integration)
    return made


def test_a_company_is_excluded_with_a_reason_and_a_review_date(people: Cast, world: MappingWorld) -> None:
    url = f"{pencil(world)}exclude"
    browser = people.bill.browser
    assert browser.post(url, {"reason": " "}).status_code == 422
    assert "begins like a formula" in text_of(browser.post(url, {"reason": "=cmd()"}))
    said = text_of(browser.post(url, {"reason": "in bundle", "review_on": "2199-03-01"}, follow=True))
    assert "Northwind is excluded: in bundle." in said
    made = mapped(world)
    assert made is not None
    assert (made.excluded_reason, made.review_on) == ("in bundle", date(2199, 3, 1))


def test_a_review_in_the_past_is_refused_unless_it_stands_already(people: Cast, world: MappingWorld) -> None:
    url, past = f"{pencil(world)}exclude", date(2020, 1, 31)
    form = {"reason": "in bundle", "review_on": past.isoformat()}
    refused = people.bill.browser.post(url, form)
    assert refused.status_code == 422
    assert "The day of the review is past: 31 Jan 2020." in text_of(refused)
    assert mapped(world) is None
    exclude_company(world.integration, world.northwind, reason="internal", review_on=past, actor="Alice")
    assert "is excluded" in text_of(people.bill.browser.post(url, form, follow=True))


def test_an_excluded_company_says_so_and_is_billed_again_in_one_click(
    people: Cast, world: MappingWorld
) -> None:
    set_company_mapping(world.integration, world.northwind, NORTHWIND, NORTHWIND_MONTHLY, actor="Alice")
    exclude_company(
        world.integration, world.northwind, reason="in bundle", review_on=date(2199, 3, 1), actor="Alice"
    )
    browser, page = people.bill.browser, pencil(world)
    html = browser.get(page).content.decode()
    assert "Northwind is excluded: in bundle. Review on" in text_of(browser.get(page))
    assert "Do not bill this company" not in html
    assert 'value="in bundle"' in browser.get(f"{page}exclude").content.decode()
    assert f'formaction="{page}again"' in html
    was = re.search(r'name="was" value="(\w+)"', html)
    assert was is not None
    said = text_of(browser.post(f"{page}again", {"was": was[1]}, follow=True))
    assert "Northwind is billed again" in said
    made = mapped(world)
    assert made is not None
    assert (made.contract_id, made.excluded_reason, made.review_on) == (NORTHWIND_MONTHLY, "", None)
    assert made.first_write_approved_at is None
    assert "nothing was done" in text_of(browser.post(f"{page}again", follow=True))
    assert people.bob.browser.post(f"{page}again").status_code == 403


def test_who_was_excluded_from_no_contract_is_then_to_be_mapped(people: Cast, world: MappingWorld) -> None:
    exclude_company(world.integration, world.northwind, reason="trial", review_on=None, actor="Alice")
    said = text_of(people.bill.browser.post(f"{pencil(world)}again", follow=True))
    assert "is excluded no more. Choose the contract to bill it on." in said
    assert mapped(world) is None


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("mappings.csv", text.encode(), "text/csv")


def test_mappings_go_out_are_edited_and_come_back_after_a_preview(people: Cast, world: MappingWorld) -> None:
    set_company_mapping(world.integration, world.northwind, NORTHWIND, NORTHWIND_MONTHLY, actor="Alice")
    browser = people.bill.browser
    here = f"/companies/mapping/{world.integration.pk}/"
    out = b"".join(browser.get(f"{here}mappings.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert f"northwind,{NORTHWIND},{NORTHWIND_MONTHLY},,,Northwind,Northwind,Northwind 7001" in out
    assert "juniper,,,,,Juniper Home Care,," in out

    edited = out.replace("contoso,,,,", "contoso,,,in bundle,2199-03-01")
    page = browser.post(f"{here}file", {"file": upload(edited)}, follow=True)
    assert "3 mappings read, 1 would change." in text_of(page)
    assert "not mapped" in text_of(page)
    assert "excluded: in bundle, review 1 Mar 2199" in text_of(page)
    assert mapped(world, world.contoso) is None

    held = HeldFile.objects.get().pk
    for said in ("3 mappings read, 1 changed.", "imported already"):
        assert said in text_of(browser.post(f"{here}file", {"held": held}, follow=True))
    assert mapped(world, world.contoso) is not None
    assert LedgerEntry.objects.filter(event="company-mapping.changed").count() == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("company,account_id,contract_id\nnobody,1,7001\n", "there is no company 'nobody'"),
        ("company,account_id,contract_id\nnorthwind,1,7003\n", "ended on"),
        ("nothing,here\n1,2\n", "The file needs company"),
        ("company\n", "a header and no rows"),
        ("<script>alert(1)</script>,company\nx,<script>alert(1)</script>\n", "there is no company"),
    ],
)
def test_a_file_with_faults_names_them_and_changes_nothing(
    people: Cast, world: MappingWorld, text: str, said: str
) -> None:
    answer = people.bill.browser.post(
        f"/companies/mapping/{world.integration.pk}/file", {"file": upload(text)}
    )
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "<script>alert" not in answer.content.decode()
    assert not HeldFile.objects.exists()


def test_a_form_without_a_file_says_so(people: Cast, world: MappingWorld) -> None:
    url = f"/companies/mapping/{world.integration.pk}/file"
    assert "Choose a CSV file first." in text_of(people.bill.browser.post(url))
    assert "imported already" in text_of(people.bill.browser.post(url, {"held": "x"}, follow=True))
