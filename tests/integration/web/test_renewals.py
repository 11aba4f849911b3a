"""Renewals as people see them: the list, one accepted, all accepted, and what cannot be accepted."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from seatbridge.mappings.models import CompanyMapping, Renewal
from seatbridge.sync.models import LineMemory
from tests.integration.web.told import Told, at_most, text_of, told
from tests.support import story
from tests.support.story_world import STANDARD, Client, clients
from tests.with_django import SETTINGS

ENDING = {"end": "2026-12-15"}
CAST = [Client("evergreen", {"standard": 5}, contract=ENDING), Client("fabrikam", contract=ENDING)]


@pytest.fixture
def scene(db: None, tmp_path: Path) -> Told:
    found = told(partial(story.settled, settings=SETTINGS, folder=tmp_path)([*CAST, *clients(20)]))
    for account, number in ((1, 7101), (2, 7102)):
        found.story.bms.add_contract(
            id=number,
            account_id=account,
            name=f"Next year {number}",
            issue_on="end",
            start="2026-12-16",
            end="2027-12-31",
        )
        found.story.bms.add_line(
            id=number * 10, contract_id=number, service_id=STANDARD, units=5, effective_date="2026-12-16"
        )
    found.story.sync()
    return found


def page(scene: Told) -> str:
    return f"/companies/mapping/{scene.story.integration.pk}/renewals/"


def seal(html: str, after: str) -> str:
    return html.partition(after)[2].partition('name="seal" value="')[2].partition('"')[0]


def accept(scene: Told, **fields: Any) -> Any:
    html = scene.bill.get(page(scene)).content.decode()
    form = {"contract": 7001, "successor": 7101, "seal": seal(html, 'value="7001"')}
    return scene.bill.post(f"{page(scene)}accept", {**form, **fields}, follow=True)


def test_the_list_shows_what_ends_what_follows_and_what_it_is_worth(scene: Told) -> None:
    scene.bob.get("/")  # the plan is read once a process
    with at_most():
        shown = text_of(scene.bob.get(page(scene)))
    assert "Evergreen" in shown
    assert "$25.00 / month" in shown
    assert "Next year 7101" in shown
    assert "Accept" not in shown.partition("Contracts that end")[2].partition("Accepted")[0]
    assert "2 contracts end by" in text_of(scene.bill.get("/"))


def test_the_money_is_that_on_contract_and_not_that_of_the_count(scene: Told) -> None:
    scene.story.count_all({"evergreen": {"standard": 1}, "fabrikam": {"standard": 1}})
    scene.story.sync(dry_run=True)
    shown = text_of(scene.bob.get(page(scene)))
    assert "$25.00 / month" in shown, "5 of Evergreen"
    assert "$50.00 / month" in shown, "10 of Fabrikam"


def test_where_nobody_knows_the_units_on_contract_the_count_stands_for_them(scene: Told) -> None:
    LineMemory.objects.update(written_units=None, confirmed_units=None, alone=False)
    scene.story.count_all({"evergreen": {"standard": 1}, "fabrikam": {"standard": 3}})
    unknown = scene.story.sync(dry_run=True).line("evergreen")
    assert unknown["units_before"] is None
    shown = text_of(scene.bob.get(page(scene)))
    assert "$5.00 / month" in shown
    assert "$15.00 / month" in shown


def test_one_is_accepted_with_its_units_and_sending_it_twice_changes_nothing(scene: Told) -> None:
    assert "The successor is accepted" in text_of(accept(scene, **{f"units-{STANDARD}": "5"}))
    assert "Look again" in text_of(accept(scene)) or Renewal.objects.count() == 1
    (row,) = Renewal.objects.all()
    assert (row.contract_id, row.successor_id, row.first_write_approved) == (7001, 7101, True)
    assert LineMemory.objects.get(contract_id=7101).confirmed_units == 5
    assert CompanyMapping.objects.get(company__ref="evergreen").contract_id == 7001
    assert "The contract of Fabrikam ends by" in text_of(scene.bill.get("/"))


@pytest.mark.parametrize("typed", ["five", "-1", "1e3", "5.5", "1" * 30])
def test_units_that_are_no_whole_number_are_refused_in_words(scene: Told, typed: str) -> None:
    assert "write a whole number" in text_of(accept(scene, **{f"units-{STANDARD}": typed}))
    assert not Renewal.objects.exists()


def test_all_with_exactly_one_are_accepted_at_once(scene: Told) -> None:
    html = scene.bill.get(page(scene)).content.decode()
    form = {"do": "all", "take_units": "on", "seal": seal(html, "renewals/accept")}
    shown = text_of(scene.bill.post(f"{page(scene)}accept", form, follow=True))
    assert "2 successors are accepted" in shown
    assert Renewal.objects.filter(first_write_approved=False).count() == 2
    assert "not as they were shown" in text_of(scene.bill.post(f"{page(scene)}accept", form, follow=True))


def test_who_may_only_look_accepts_nothing(scene: Told) -> None:
    form = {"contract": 7001, "successor": 7101}
    assert scene.bob.post(f"{page(scene)}accept", form).status_code == 403
    assert not Renewal.objects.exists()
