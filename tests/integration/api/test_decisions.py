"""Leavers and missing lines, decided on by programs."""

from pathlib import Path

import pytest

from seatbridge.catalog.refreshing import refresh
from seatbridge.integrations.calendars import set_contract_terms
from seatbridge.partners.adding import add_partner
from tests.support import story
from tests.support.programs import Programs, programs
from tests.support.story import Story
from tests.support.story_world import ADVANCED, STANDARD, Client, clients
from tests.with_django import SETTINGS

CAST = [Client("evergreen", {"standard": 5}), Client("juniper", {"advanced": 1}), *clients(12)]


@pytest.fixture
def told(db: None, tmp_path: Path) -> Story:
    made = story.settled(CAST, products=("standard", "advanced"), settings=SETTINGS, folder=tmp_path)
    with made.open_bms(made.integration) as bms:
        refresh(made.integration, bms, made.time.now, (STANDARD, ADVANCED))
    made.count("juniper", standard=18)
    stay = [f"{ref},{ref.title()},500" for ref in made.places.refs if ref != "evergreen"]
    made.bring("companies", ["ref,name,licenses_assigned", *stay], complete=True)
    made.sync()
    return made


@pytest.fixture
def call(told: Story) -> Programs:
    return programs(told.integration.partner, add_partner("Contoso", "Europe/Berlin"))


def test_a_leaver_is_listed_stopped_and_billed_again(told: Story, call: Programs) -> None:
    here = f"/integrations/{told.integration.pk}"
    (leaver,) = call.bob.ask("GET", f"{here}/leavers").json()["items"]
    assert (leaver["company"], leaver["product"], leaver["state"]) == ("evergreen", None, "waiting")
    assert (leaver["units"], leaver["money_delta"], leaver["next_period"]) == (5, "-25.00", "2026-12-01")
    named = {"leavers": [{"company": "evergreen"}]}
    past = call.bill.ask("POST", f"{here}/stop-billing", {**named, "start": "date", "on": "2026-10-01"})
    assert past.status_code == 422
    assert past.json()["errors"][0]["field"] == "on"
    (stopped,) = call.bill.ask("POST", f"{here}/stop-billing", {**named, "start": "next-period"}).json()
    assert (stopped["state"], stopped["stops_from"]) == ("decided", "2026-12-01")
    assert told.sync().line("evergreen")["effective_date"] == "2026-12-01"
    (again,) = call.bill.ask("POST", f"{here}/bill-again", named).json() or [None]
    assert again is None or again["state"] == "waiting"
    assert told.sync().status("evergreen") == "left-password-boss"


def test_a_stop_that_is_written_ahead_is_put_back_with_its_decision_or_not_at_all(
    told: Story, call: Programs
) -> None:
    here, named = f"/integrations/{told.integration.pk}", {"leavers": [{"company": "evergreen"}]}
    contract_id = told.places.contract("evergreen")
    set_contract_terms(
        told.integration, contract_id, actor="alice", issue_on="start", fiscal=None, posts_on=None
    )
    call.bill.ask("POST", f"{here}/stop-billing", {**named, "start": "next-period"})
    assert told.sync().status("evergreen") == "scheduled"
    call.bill.ask("POST", f"{here}/runs", {"mode": "sync"})
    refused = call.bill.ask("POST", f"{here}/bill-again", named)
    assert (refused.status_code, refused.json()["state"]) == (409, "queued")
    told.sync()
    assert call.bill.ask("POST", f"{here}/bill-again", named).status_code == 200
    told.sync()
    assert told.memory("evergreen").pending_units == 5


def test_a_missing_line_is_added_at_a_price(told: Story, call: Programs) -> None:
    here = f"/integrations/{told.integration.pk}/new-lines"
    asked = {"company": "juniper", "product": "standard", "unit_price": "4.50"}
    assert call.bill.ask("POST", here, {**asked, "unit_price": "0"}).status_code == 422
    made = call.bill.ask("POST", here, asked)
    assert made.status_code == 201, made.content
    assert made.json()["money_delta"] == "81.00"
    assert made.json()["effective_date"] == "2026-11-01"
    assert told.sync().status("juniper") == "synced"
    assert told.units("juniper") == 18
    assert call.bill.ask("POST", here, asked).status_code == 422
