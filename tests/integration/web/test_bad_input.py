"""What people paste, and what they should not: cleaned or refused with words, never shown raw."""

import pytest

from seatbridge.integrations.models import Integration
from seatbridge.mappings.editing import set_company_mapping
from seatbridge.partners.models import Partner
from seatbridge.usage.models import Company
from tests.integration.web.told import text_of
from tests.support.cast import Cast
from tests.support.mapping_world import CONTOSO_MONTHLY, MappingWorld, account, contract, mapping_world

NEW = "/integrations/kaseya-bms/"
TYPED = {
    "hostname": "bms.kaseya.com",
    "username": "api",
    "password": "pass",
    "company_name": "Northgate",
    "do": "save",
}
SCRIPT = "<script>alert(1)</script>"
ATTRIBUTE = "\"'><img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("bms.kaseya.com", "bms.kaseya.com"),
        ("  BMS.Kaseya.COM  ", "bms.kaseya.com"),
        ("https://bms.kaseya.com", "bms.kaseya.com"),
        ("http://bms.kaseya.com/MVC/Index?x=1#top", "bms.kaseya.com"),
        ("bms.kaseya.com.", "bms.kaseya.com"),
        ("bmsemea.kaseya.com/", "bmsemea.kaseya.com"),
    ],
)
def test_a_host_is_cut_down_to_itself(people: Cast, typed: str, kept: str) -> None:
    people.alice.browser.post(NEW, TYPED | {"hostname": typed})
    assert Integration.objects.get().hostname == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "required"),
        ("bms.kaseya.com:8443", "a port"),
        ("https://user:secret@bms.kaseya.com", "user name or password"),
        ("bms kaseya com", "a space"),
        ("bms.kaseуa.com", "letters outside a-z"),  # noqa: RUF001 - a Cyrillic letter is what is tried
        ("xn--bms-kaseya.com", "encoded name of foreign letters"),
        ("[::1]", "loopback"),
        ("::1", "loopback"),
        ("[2606:4700::1111]", "IPv6"),
        ("127.0.0.1", "loopback"),
        ("2130706433", "number"),
        ("0x7f.1", "number"),
        ("localhost", "this machine itself"),
        ("10.0.0.8", "private network"),
        ("169.254.169.254", "link-local"),
        ("bms.local", "private network"),
        ("evil.example", "neither one of Kaseya's hosts"),
        ("api.bms.kaseya.com", "the API's own host"),
        ("ftp://bms.kaseya.com", "not a web address"),
        ("bms.kaseya.com\\@evil.example", "backslash"),
        ("bms%2ekaseya.com", "percent sign"),
        ("bms.kaseya.com\x00.evil.example", "Null characters"),
        ("bms.kaseya.com\r\nHost: evil.example", "control characters"),
        (SCRIPT, "not"),
        ("a" * 800, "at most 500"),
    ],
)
def test_a_host_that_is_none_is_refused_with_words(people: Cast, typed: str, said: str) -> None:
    answer = people.alice.browser.post(NEW, TYPED | {"hostname": typed})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert SCRIPT not in answer.content.decode()
    assert not Integration.objects.exists()


@pytest.mark.parametrize(
    "field", ["hostname", "username", "password", "company_name", "totp", "password_set_on"]
)
def test_ten_megabytes_in_a_field_are_refused_and_not_shown(people: Cast, field: str) -> None:
    answer = people.alice.browser.post(NEW, TYPED | {field: "x" * 10_000_000})
    assert answer.status_code == 400
    assert len(answer.content) < 20_000


@pytest.mark.parametrize("field", ["hostname", "username", "company_name"])
def test_a_long_text_is_refused_on_a_page_of_ordinary_size(people: Cast, field: str) -> None:
    answer = people.alice.browser.post(NEW, TYPED | {field: "x" * 900_000})
    assert answer.status_code == 422
    assert len(answer.content) < 50_000
    assert not Integration.objects.exists()


@pytest.mark.parametrize("text", [SCRIPT, ATTRIBUTE])
def test_script_in_any_text_is_shown_as_text(people: Cast, northgate: Partner, text: str) -> None:
    """In what is typed, and in what BMS and Password Boss call things."""
    world = mapping_world(northgate)
    browser = people.alice.browser
    here = f"/integrations/{world.integration.pk}/"
    Company.objects.filter(pk=world.contoso.pk).update(name=f"{text} company", ref=f"{text} ref")
    account(world.integration, 60, f"{text} account")
    contract(world.integration, 61, f"{text} account", name=f"{text} contract")
    world.contoso.refresh_from_db()
    set_company_mapping(world.integration, world.contoso, 60, 61, actor=text)
    Integration.objects.update(
        company_name=f"{text} name",
        username=f"{text} user",
        bms_user=f"{text} we",
        stopped_reason=f"{text} why",
    )
    pencil = f"/companies/mapping/{world.integration.pk}/{world.contoso.pk}/"
    for answer in (
        browser.get("/companies/"),
        browser.get("/companies/", {"search": text}),
        browser.get("/companies/", {"search": text, "state": text, "sort": text, "after": text}),
        browser.get("/companies/suggestions/"),
        browser.get(pencil),
        browser.get(pencil, {"q": text, "account_id": text}),
        browser.post(pencil, {"account_id": text, "contract_id": text}),
        browser.get(f"{pencil}exclude"),
        browser.post(f"{pencil}exclude", {"reason": "", "review_on": text}),
        browser.get("/integrations/"),
        browser.get(here),
        browser.get(here, {"q_standard": text, "standard": text}),
        browser.get(f"{here}services", {"product": text, "q_standard": text}),
        browser.post(f"{here}connection", dict.fromkeys(TYPED, text)),
        browser.post(f"{here}schedule", {"cadence": text, "at": text, "timezone": text, "weekday": text}),
        browser.post(f"{here}calendar", {"default": text, "freeze_until": text}),
        browser.post(f"{here}calendar/contract", {"contract_id": text}),
        browser.post(f"{here}method", {"method": text}, follow=True),
        browser.post(f"{here}test-contract", {"contract_id": text}),
        browser.post(f"{here}posted", {"on": text}, follow=True),
        browser.post("/uploads/", {"kind": text}),
    ):
        assert answer.status_code in (200, 422)
        html = answer.content.decode()
        assert text not in html
        assert "<img src=x" not in html


@pytest.fixture
def world(northgate: Partner) -> MappingWorld:
    return mapping_world(northgate)


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "-1", "1e5", "٣"])
def test_ids_that_cannot_be_are_not_found(people: Cast, world: MappingWorld, number: str) -> None:
    browser = people.alice.browser
    for url in (
        f"/integrations/{number}/",
        f"/companies/mapping/{number}/{world.northwind.pk}/",
        f"/companies/mapping/{world.integration.pk}/{number}/",
        f"/uploads/{number}/",
    ):
        assert browser.get(url).status_code == 404


def test_numbers_in_forms_that_cannot_be_are_refused(people: Cast, world: MappingWorld) -> None:
    pencil = f"/companies/mapping/{world.integration.pk}/{world.northwind.pk}/"
    for number in ("99999999999999999999", "-1", "1.5", "٣", "1e3"):
        answer = people.alice.browser.post(pencil, {"account_id": number, "contract_id": CONTOSO_MONTHLY})
        assert answer.status_code == 422
