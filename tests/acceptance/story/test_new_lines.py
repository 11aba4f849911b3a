"""A contract without a line of the service: a person has it added, once, and it is invoiced to the cent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from seatbridge.catalog.refreshing import refresh
from seatbridge.integrations.changing_rules import change_rules
from seatbridge.sync.models import Instruction
from seatbridge.sync.stated.adding_line import AddRefused, add_line, offer_of, take_back
from tests.support.story import ALICE, Settle, Story
from tests.support.story_world import ADVANCED, POST_LINE, STANDARD, Client

# Juniper has a contract with a line of Advanced, at 0 units, and none of Standard.
JUNIPER = Client("juniper", {"advanced": 1}, licenses=20)
CONTOSO, TAILSPIN = Client("contoso", {"standard": 200}), Client("tailspin", {"standard": 30})
PAIR = ("juniper", "standard")
FIVE, THREE = Decimal("5.00"), Decimal("3.00")


class Died(BaseException):
    """Nothing in the product catches it, as nothing catches a SIGKILL."""


def story_of(settle: Settle, *, juniper: Client = JUNIPER, **begin: Any) -> Story:
    story = settle([juniper, CONTOSO, TAILSPIN], products=("standard", "advanced"), **begin)
    with story.open_bms(story.integration) as bms:
        refresh(story.integration, bms, story.time.now, (STANDARD, ADVANCED))
    story.count("juniper", standard=18)
    assert story.sync().status(*PAIR) == "blocked:line-missing"
    return story


def confirm(story: Story, price: Decimal = FIVE) -> Instruction:
    return add_line(story.integration, PAIR, price=price, cost=THREE, actor=ALICE, now=story.time.now)


def lines(story: Story) -> list[tuple[int, str]]:
    rows = [row for row in story.bill("juniper")["lines"] if row["service_id"] == STANDARD]
    return [(row["units_now"], row["unit_price_now"]) for row in rows]


def assert_added_once(story: Story) -> None:
    assert [(int(units), Decimal(price)) for units, price in lines(story)] == [(18, FIVE)]
    assert story.sync().writes == []
    assert Instruction.objects.get().state == "done"
    assert story.memory("juniper").written_units == 18


def test_a_line_that_a_person_adds_is_no_movement_that_holds_the_run(settle: Settle) -> None:
    """18 more are a third of what this partner bills; who adds the line has looked at just that."""
    story = settle([JUNIPER, Client("contoso", {"standard": 50})], products=("standard", "advanced"))
    with story.open_bms(story.integration) as bms:
        refresh(story.integration, bms, story.time.now, (STANDARD, ADVANCED))
    story.count("juniper", standard=18)
    story.sync()
    confirm(story)
    assert story.sync().status(*PAIR) == "synced"
    assert_added_once(story)


def test_what_stands_against_a_new_line_is_told_by_the_partners_own_limits(settle: Settle) -> None:
    """Contoso rose by an eighth as well: beyond the preset limit of a run, within this partner's."""
    story = settle([JUNIPER, Client("contoso", {"standard": 80})], products=("standard", "advanced"))
    with story.open_bms(story.integration) as bms:
        refresh(story.integration, bms, story.time.now, (STANDARD, ADVANCED))
    story.count_all({"juniper": {"standard": 18}, "contoso": {"standard": 90}})
    assert story.sync().state == "awaiting-approval"
    with pytest.raises(AddRefused, match="All lines together move"):
        confirm(story)
    change_rules(story.integration, {"run_net_rise": "50", "run_absolute": "50"}, ALICE, story.time.now)
    confirm(story)


@pytest.fixture
def story(settle: Settle) -> Story:
    return story_of(settle)


def test_the_price_comes_from_other_contracts_and_is_shown(story: Story) -> None:
    offer = offer_of(story.integration, PAIR)
    assert offer is not None
    assert [(each.price, each.contracts) for each in offer.prices] == [(FIVE, 2)]
    assert (offer.price, offer.service.unit_price) == (FIVE, FIVE)
    assert offer_of(story.integration, ("contoso", "standard")) is None


@pytest.mark.parametrize(
    "begin",
    [
        {},
        {"method": "replace", "behaviour": "appends", "reading": "appends"},
    ],
    ids=["adjusts", "replace"],
)
def test_a_confirmed_line_is_added_by_one_post_and_invoiced(settle: Settle, begin: dict[str, Any]) -> None:
    story = story_of(settle, **begin)
    confirm(story)
    ran = story.sync(approve=bool(begin))
    assert [write.endpoint for write in ran.writes] == [POST_LINE]
    assert ran.status(*PAIR) == "synced"
    assert ran.line(*PAIR)["line_id"] == story.memory("juniper").line_id
    assert_added_once(story)
    story.day(date(2026, 12, 2))
    assert (date(2026, 11, 1), Decimal(18), Decimal("90.00"), "full") in story.invoiced("juniper")
    story.count("juniper", standard=19)
    # From here on it is a line like every other: November is written and posted, December is open.
    assert story.sync(approve=bool(begin)).status(*PAIR) == "synced"
    assert sum(int(units) for units, price in lines(story) if Decimal(price)) == 19


@pytest.mark.parametrize("counts_at_once", [True, False])
def test_where_december_is_posted_in_november_the_new_line_is_dated_ahead(
    settle: Settle,
    counts_at_once: bool,  # noqa: FBT001
) -> None:
    start = Client("juniper", {"advanced": 1}, licenses=20, contract={"issue_on": "start"})
    story = story_of(settle, juniper=start, new_line_ahead_counts=counts_at_once)
    confirm(story)
    ran = story.sync()
    assert ran.status(*PAIR) == "scheduled"
    assert story.sync().writes == []
    story.day(date(2026, 12, 1))
    story.bring_counts(story.counts)
    ran = story.sync()
    assert (ran.status(*PAIR), ran.writes) == ("no-change", [])
    assert_added_once(story)
    assert (date(2026, 12, 1), Decimal(18), Decimal("90.00"), "full") in story.invoiced("juniper")


STEPS = ["before-intent", "after-intent", "before-call", "after-call", "before-answer", "after-answer",
         "before-outcome", "after-outcome"]  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_a_process_that_dies_at_any_step_leaves_one_line(story: Story, step: str) -> None:
    confirm(story)

    def at(passed: str) -> None:
        if passed == step:
            raise Died(step)

    with pytest.raises(Died):
        story.sync(around=replace(story.around(), at=at))
    story.sync()
    assert_added_once(story)


@pytest.mark.parametrize("fault", ["500", "500-after", "cut", "cut-after", "503-after", "200-html-after"])
def test_a_lost_answer_is_answered_by_reading(story: Story, fault: str) -> None:
    confirm(story)
    story.bms.arm(POST_LINE, fault)
    story.sync()
    story.sync()
    assert_added_once(story)


def test_a_line_that_somebody_added_meanwhile_is_taken_and_not_doubled(story: Story) -> None:
    confirm(story)
    contract = story.places.contract("juniper")

    def at(passed: str) -> None:
        if passed == "after-plan":
            story.bms.add_line(contract_id=contract, service_id=STANDARD, units=4)

    ran = story.sync(around=replace(story.around(), at=at))
    assert (ran.status(*PAIR), ran.writes) == ("blocked:changed-since-preview", [])
    assert len(lines(story)) == 1
    assert story.sync().status(*PAIR) == "current-units-unknown"
    assert Instruction.objects.get().state == "done"


def test_a_refusal_changes_nothing_and_is_said(story: Story) -> None:
    confirm(story)
    story.bms.arm(POST_LINE, "success-false", times=9, message="The service is not allowed here.")
    ran = story.sync()
    assert ran.status(*PAIR) == "error:psa-rejected"
    assert "The service is not allowed here" in ran.line(*PAIR)["cause"]
    assert lines(story) == []


def test_a_total_that_moves_otherwise_stops_the_contract(story: Story) -> None:
    confirm(story)

    def at(passed: str) -> None:
        if passed == "after-call":
            story.bms.edit_line(story.places.line("juniper", "advanced"), units=7)

    ran = story.sync(around=replace(story.around(), at=at))
    assert ran.status(*PAIR) == "error:verification"
    assert "moved by 135.00, expected 90.00" in ran.line(*PAIR)["cause"]
    assert story.sync().writes == []


def test_with_price_carrying_a_person_is_told_what_to_add(settle: Settle) -> None:
    story = story_of(settle)
    story.method("price-carrying")
    story.sync()
    with pytest.raises(AddRefused, match=r"In BMS add Password Boss Standard .* with 18 units at 5.00"):
        confirm(story)
    assert not Instruction.objects.exists()


@pytest.mark.parametrize("price", ["0", "-1", "5.001", "1000000", "NaN", "Infinity"])
def test_a_price_that_cannot_be_is_refused(story: Story, price: str) -> None:
    with pytest.raises(AddRefused):
        confirm(story, Decimal(price))
    assert not Instruction.objects.exists()


def test_a_price_of_its_own_is_written_as_confirmed_and_a_word_is_taken_back(story: Story) -> None:
    confirm(story)
    assert take_back(story.integration, PAIR, actor=ALICE, now=story.time.now)
    assert story.sync().writes == []
    confirm(story, Decimal("4.50"))
    story.sync()
    assert [Decimal(price) for _, price in lines(story)] == [Decimal("4.50")]


def test_a_count_that_moved_far_since_it_was_looked_at_meets_the_limits(story: Story) -> None:
    confirm(story)
    story.count("juniper", standard=21)  # more than its licenses
    ran = story.sync()
    assert (ran.status(*PAIR), ran.writes) == ("held:anomaly", [])
