"""Rules on the integration's page and a company's: typed, tried on the last plan, saved; as each role."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from seatbridge.catalog.models import SeenService
from seatbridge.integrations.models import Integration
from seatbridge.ledger.models import LedgerEntry
from seatbridge.reconcile.words import MINUS
from seatbridge.sync.models import LastFacts
from seatbridge.usage.models import CompanyUser
from tests.integration.web.kept_scenes import Keep, own_copy
from tests.integration.web.told import Told, at_most, text_of, told
from tests.support import story
from tests.support.story_world import SERVICES, Client, clients
from tests.with_django import SETTINGS

DROP = Client("fabrikam", {"standard": 60}, users={"standard": 22})
GONE = Client("litware", {"standard": 4}, users={"standard": 0})
RISE = Client("tailspin", users={"standard": 11})


def _tell(folder: Path) -> Told:
    """A drop and a zero are held, a rise was written."""
    made = told(story.settled([DROP, GONE, RISE, *clients(40)], settings=SETTINGS, folder=folder))
    made.story.sync()
    return made


@pytest.fixture(scope="module")
def kept(keep: Keep) -> Told:
    return keep(_tell)


@pytest.fixture
def scene(kept: Told, db: None, tmp_path: Path) -> Told:
    return own_copy(kept, tmp_path)


def here(scene: Told) -> str:
    return f"/integrations/{scene.story.integration.pk}/"


def show(scene: Told, browser: Browser, url: str = "", **typed: Any) -> Any:
    return browser.post(url or f"{here(scene)}rules", {"do": "show", **typed})


def mark(answer: Any) -> str:
    found = re.search(r'name="mark" value="(\w*)"', answer.content.decode())
    assert found is not None
    return found[1]


def save(scene: Told, browser: Browser, url: str = "", **typed: Any) -> Any:
    seen = mark(show(scene, browser, url, **typed))
    return browser.post(url or f"{here(scene)}rules", {"do": "save", "mark": seen, **typed}, follow=True)


def rules() -> set[tuple[str, str, str]]:
    rules = Integration.objects.get().rules or {}
    return {(company, name, text) for company, texts in rules.items() for name, text in texts.items()}


LOOSE = {"drop_share": "70", "big_drop_share": "70"}


def test_the_page_shows_each_rule_as_a_sentence_with_its_number_and_what_it_held(scene: Told) -> None:
    answer = scene.alice.get(here(scene))
    html = answer.content.decode()
    for title in ("Proration", "Limits", "Zero users", "Who counts", "More"):
        assert title in text_of(answer)
    assert '<input name="drop_share" value="50"' in html
    assert "1 line held in the last plan" in text_of(answer)


def test_the_effect_names_the_lines_and_the_money_and_saves_nothing(scene: Told) -> None:
    answer = show(scene, scene.alice, **LOOSE)
    said = text_of(answer)
    assert answer.status_code == 200
    assert f"1 line would no longer wait, {MINUS}$190.00 a month." in said
    assert "Fabrikam" in said
    assert "60 → 22" in said
    assert "Save these rules" in said
    assert "with nothing read from BMS" in said
    assert '<input name="drop_share" value="70"' in answer.content.decode()
    assert rules() == set()
    assert not LedgerEntry.objects.filter(event="integration.rules-set").exists()


def test_a_stricter_rule_shows_what_would_wait(scene: Told) -> None:
    scene.story.count("client-001", standard=9)
    scene.story.sync(dry_run=True)
    said = text_of(show(scene, scene.alice, drop_share="5", drop_units="1"))
    assert f"1 line would wait for you, {MINUS}$5.00 a month." in said
    assert "Client-001" in said


def test_a_released_change_that_trips_a_limit_of_the_run_is_told(scene: Told) -> None:
    said = text_of(show(scene, scene.alice, **LOOSE))
    assert "The run as a whole would wait, 2 changes with it" in said


def test_other_days_are_shown_with_the_proration_in_money(scene: Told) -> None:
    scene.story.count("client-001", standard=12)
    scene.story.sync(dry_run=True)
    said = text_of(show(scene, scene.alice, effective_dates="from-the-day"))
    assert "1 line would count from another day, prorated +$2.67 once." in said


def test_who_counts_is_told_in_users_and_companies(scene: Told) -> None:
    scene.story.bring(
        "users",
        ["company,user,status,product"]
        + [f"client-001,u{each},active,standard" for each in range(10)]
        + [f"client-001,d{each},disabled,standard" for each in range(3)],
    )
    assert CompanyUser.objects.filter(status="disabled").count() == 3
    SeenService.objects.create(
        integration=scene.story.integration,
        service_id=SERVICES["standard"],
        name="Password Boss Standard",
        unit_cost=3,
        unit_price=5,
        is_active=True,
    )
    said = text_of(show(scene, scene.alice, count_policy="with-disabled"))
    assert "3 more users would be counted in 1 company, +$15.00" in said
    assert "only the next preview can tell" in said


def test_saved_rules_are_the_ones_that_were_seen(scene: Told) -> None:
    answer = save(scene, scene.alice, **LOOSE)
    assert "The rules are saved" in text_of(answer)
    assert rules() == {("", "drop_share", "70"), ("", "big_drop_share", "70")}
    entry = LedgerEntry.objects.get(event="integration.rules-set")
    assert entry.actor == "alice@northgate.example"
    trail = text_of(scene.alice.get("/team/audit/"))
    assert "Rules set" in trail
    assert "drop share: 50 → 70" in trail


def test_rules_typed_after_the_effect_was_shown_are_shown_before_they_are_saved(scene: Told) -> None:
    seen = mark(show(scene, scene.alice, **LOOSE))
    answer = scene.alice.post(
        f"{here(scene)}rules", {"do": "save", "mark": seen, **LOOSE, "drop_units": "9"}, follow=True
    )
    assert "not the rules that you saw the effect of" in text_of(answer)
    assert rules() == set()


def test_the_same_form_sent_twice_saves_once(scene: Told) -> None:
    form = {"do": "save", "mark": mark(show(scene, scene.alice, **LOOSE)), **LOOSE}
    scene.alice.post(f"{here(scene)}rules", form)
    again = scene.alice.post(f"{here(scene)}rules", form, follow=True)
    assert "Nothing to save: these rules are in force." in text_of(again)
    assert LedgerEntry.objects.filter(event="integration.rules-set").count() == 1


def test_one_button_takes_a_sentence_back_to_its_default(scene: Told) -> None:
    save(scene, scene.alice, **LOOSE, drop_units="9")
    page = scene.alice.get(here(scene))
    assert "Default: 50 % in place of 70 %, 3 in place of 9, 25 % in place of 70 %." in text_of(page)
    back = re.search(r'name="back" value="([^"]+)"', page.content.decode())
    assert back is not None
    typed = {**LOOSE, "drop_units": "9"}
    answer = scene.alice.post(f"{here(scene)}rules", {"back": back[1], **typed})
    assert '<input name="drop_share" value="50"' in answer.content.decode()
    assert len(rules()) == 3
    form = {"do": "save", "mark": mark(answer), "drop_share": "50", "big_drop_share": "25", "drop_units": "3"}
    scene.alice.post(f"{here(scene)}rules", form)
    assert rules() == set()


def test_a_bad_value_is_shown_again_with_what_is_wrong_and_never_raw(scene: Told) -> None:
    answer = show(scene, scene.alice, drop_share="<script>alert(1)</script>", run_min_units="many")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "<script>alert" not in html
    said = text_of(answer)
    assert "Large drop, percent: Write a percentage from 1 to 100" in said
    assert "Whole run, units that must move: Write a whole number" in said
    assert "Save these rules" not in said
    assert rules() == set()


def test_a_very_long_value_is_refused_in_one_screen(scene: Told) -> None:
    answer = show(scene, scene.alice, money_drop="9" * 100_000)
    assert answer.status_code == 422
    assert len(answer.content) < 150_000


def test_a_plan_of_an_earlier_release_has_no_effect_to_show(scene: Told) -> None:
    LastFacts.objects.all().delete()
    assert "There is no plan yet that rules could be tried on" in text_of(show(scene, scene.alice, **LOOSE))
    assert "The rules are saved" in text_of(save(scene, scene.alice, **LOOSE))


def test_a_company_has_rules_of_its_own(scene: Told) -> None:
    url = f"{here(scene)}rules/of/fabrikam"
    page = scene.alice.get(url)
    assert 'name="run_min_units"' not in page.content.decode()
    shown = text_of(show(scene, scene.alice, url, **LOOSE))
    assert f"1 line would no longer wait, {MINUS}$190.00 a month." in shown
    saved = text_of(save(scene, scene.alice, url, **LOOSE))
    assert "Fabrikam's own rules are saved" in saved
    assert "Fabrikam's own rule: A line waits for you when its units fall by 70 % and 3 units" in saved
    assert rules() == {("fabrikam", "drop_share", "70"), ("fabrikam", "big_drop_share", "70")}
    assert "With rules of their own: Fabrikam" in text_of(scene.alice.get(here(scene)))
    assert scene.story.sync().status("fabrikam") == "awaiting-approval"  # by the limits of the run alone


def test_a_viewer_and_billing_see_the_rules_and_set_none(scene: Told) -> None:
    for browser in (scene.bob, scene.bill):
        html = browser.get(here(scene)).content.decode()
        assert "A line waits for you when its units fall by" in html
        assert 'name="drop_share"' not in html
        assert show(scene, browser, **LOOSE).status_code == 403
        assert show(scene, browser, f"{here(scene)}rules/of/fabrikam", **LOOSE).status_code == 403
        assert browser.get(f"{here(scene)}rules/of/fabrikam").status_code == 200
    assert rules() == set()


def test_another_partner_and_no_one_find_nothing(scene: Told) -> None:
    assert show(scene, scene.carol, **LOOSE).status_code == 404
    assert scene.carol.get(f"{here(scene)}rules/of/fabrikam").status_code == 404
    assert show(scene, Browser(), **LOOSE).status_code == 302
    assert scene.alice.get(f"{here(scene)}rules/of/nobody").status_code == 404


def test_an_effect_costs_few_queries(scene: Told) -> None:
    url = f"{here(scene)}rules/of/fabrikam"
    show(scene, scene.alice, url, **LOOSE)
    with at_most():
        show(scene, scene.alice, url, **LOOSE)
