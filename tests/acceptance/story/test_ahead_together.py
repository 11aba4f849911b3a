"""Two lines of one contract change on the same day ahead: the contract's total shows both at once."""

import json
from datetime import date
from typing import Any

import pytest

from seatbridge.ledger.models import LedgerEntry
from tests.support.story import Settle, Story
from tests.support.story_world import Client

SAME_PRICE = {"unit_price": "5.00"}
BOTH = ("standard", "advanced")


def dated_ahead(settle: Settle, **users: int) -> Story:
    northwind = Client(
        "northwind",
        {"standard": 27, "advanced": 9},
        contract={"issue_on": "start"},
        line=SAME_PRICE,
    )
    contoso = Client("contoso", {"standard": 200, "advanced": 100})
    story = settle([northwind, contoso], products=BOTH, ahead_seen="kept")
    story.count("northwind", **users)
    ran = story.sync()
    assert {ran.status("northwind", product) for product in BOTH} == {"scheduled"}
    return story


@pytest.mark.parametrize(
    "users",
    [{"standard": 28, "advanced": 8}, {"standard": 28, "advanced": 10}, {"standard": 29, "advanced": 8}],
    ids=["cancel-out", "both-rise", "differ"],
)
def test_both_are_found_in_force_on_their_day(settle: Settle, users: dict[str, Any]) -> None:
    story = dated_ahead(settle, **users)
    story.day(date(2026, 12, 2))
    story.count("northwind", **users)
    ran = story.sync()
    assert {ran.status("northwind", product) for product in BOTH} == {"no-change"}
    assert {ran.line("northwind", product)["evidence_code"] for product in BOTH} == {"written"}
    assert ran.writes == []
    for product, units in users.items():
        assert (story.units("northwind", product), story.memory("northwind", product).stopped) == (units, "")


def test_what_cannot_be_told_names_company_contract_and_what_is_done_about_it(settle: Settle) -> None:
    users = {"standard": 28, "advanced": 8}
    story = dated_ahead(settle, **users)
    story.day(date(2026, 12, 2))
    story.count("northwind", **users)
    story.sync()
    entries = LedgerEntry.objects.filter(event="write.cannot-tell")
    assert {entry.contract_id for entry in entries} == {story.places.contract("northwind")}
    said = [json.loads(entry.data) for entry in entries]
    assert {(each["units_before"], each["units"]) for each in said} == {(27, 28), (9, 8)}
    assert all([ref for ref, _ in each["companies"]] == ["northwind"] for each in said)
    assert all("cancel each other out" in each["why"] and "taken as written" in each["why"] for each in said)


def test_where_neither_is_in_force_both_are_named(settle: Settle) -> None:
    story = dated_ahead(settle, standard=28, advanced=10)
    for product, units in (("standard", 27), ("advanced", 9)):
        story.bms.edit_line(story.places.line("northwind", product), units=units, effective_date="2026-12-01")
    story.day(date(2026, 12, 2))
    story.count("northwind", standard=28, advanced=10)
    ran = story.sync()
    assert {ran.status("northwind", product) for product in BOTH} == {"error:verification"}
