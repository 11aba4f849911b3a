"""BMS says no, or nothing: the run ends with its reason, and what was not written stays to be written."""

import pytest

from tests.support.story import Settle, Story
from tests.support.story_world import (
    BULK_UPDATE,
    CONTRACTS,
    LINES,
    PASSWORD,
    POST_LINE,
    SIGN_IN,
    USERNAME,
    Client,
    clients,
)

CAST = [Client("northwind", {"standard": 100}), Client("contoso", {"standard": 200})]
MAY_LOOK = ["accounts:view", "contracts:view", "services:view", "invoices:view"]


def bob(*rights: str) -> dict[str, object]:
    return {"username": USERNAME, "password": PASSWORD, "rights": [*MAY_LOOK, *rights]}


def both_change(story: Story) -> None:
    story.count_all({"northwind": {"standard": 101}, "contoso": {"standard": 201}})


def test_without_the_right_to_modify_contracts_nothing_is_written_and_the_right_is_named(
    settle: Settle,
) -> None:
    story = settle(CAST, users=[bob("services:modify")])
    both_change(story)
    ran = story.sync()
    assert ran.run.problem["status"] == "error:permission"
    assert ran.statuses() == {"error:permission"}
    assert "contracts view and modify" in ran.line("northwind")["fix"]
    assert len(ran.writes) == 1
    assert [story.units(client.ref) for client in CAST] == [100, 200]


def test_without_the_right_to_modify_services_the_test_write_changes_nothing(settle: Settle) -> None:
    story = settle(CAST, users=[bob("contracts:modify")], reading="unknown")
    both_change(story)
    ran = story.sync()
    assert ran.run.problem["status"] == "error:permission"
    assert {write.endpoint for write in ran.writes} == {BULK_UPDATE}
    assert [story.bill(client.ref)["total_now"] for client in CAST] == ["500.00", "1000.00"]
    assert story.company.reading == "unknown"


def test_a_right_given_later_is_enough_for_the_next_sync(settle: Settle) -> None:
    story = settle(CAST, users=[bob("services:modify")])
    both_change(story)
    story.sync()
    user = story.bms.world.users[USERNAME]
    story.bms.world.users[USERNAME] = type(user)(id=1, username=USERNAME, password=PASSWORD)
    assert story.sync().statuses() == {"synced"}


@pytest.mark.parametrize("endpoint", [SIGN_IN, CONTRACTS, LINES])
@pytest.mark.parametrize("fault", ["500", "502-html", "200-html", "cut"])
def test_a_bms_that_cannot_be_read_ends_the_run_before_any_plan(
    settle: Settle, endpoint: str, fault: str
) -> None:
    story = settle(CAST)
    both_change(story)
    story.bms.arm(endpoint, fault, times=10)
    ran = story.sync()
    assert ran.state == "failed"
    assert ran.run.problem["status"] == "error:psa-unreachable"
    assert ran.run.problem["fix"]
    assert ran.writes == []
    story.bms.state.faults.clear()
    assert story.sync().statuses() == {"synced"}


def test_a_broken_page_is_asked_for_again_and_never_taken_for_an_empty_list(settle: Settle) -> None:
    story = settle(clients(150, 10))
    story.bms.arm(LINES, "cut-json", occurrence=2)
    ran = story.sync()
    assert ran.statuses() == {"no-change"}
    assert len(ran.shown["lines"]) == 150


def test_a_limit_that_is_used_up_is_waited_out(settle: Settle) -> None:
    story = settle(CAST)
    both_change(story)
    story.bms.arm(POST_LINE, "429", times=2)
    before = story.time.now
    assert story.sync().statuses() == {"synced"}
    assert (story.time.now - before).total_seconds() >= 30 + 60


def test_a_limit_that_never_ends_stops_the_run_with_nothing_half_written(settle: Settle) -> None:
    story = settle(CAST)
    both_change(story)
    story.bms.arm(POST_LINE, "429", times=100)
    ran = story.sync()
    assert ran.run.problem["status"] == "error:rate-limited"
    assert ran.statuses() == {"error:rate-limited"}
    assert [write.effect for write in ran.writes] == [False] * len(ran.writes)
    story.bms.state.faults.clear()
    assert story.sync().statuses() == {"synced"}
