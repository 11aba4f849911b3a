"""A process dies between two steps, and BMS goes on living before the next sync takes over."""

import pytest

from tests.support.interrupted import die_at
from tests.support.story import Settle, confirm_carried
from tests.support.story_world import STANDARD, Client

NORTHWIND, CONTOSO = Client("northwind", {"standard": 20}), Client("contoso", {"standard": 200})


def test_a_price_put_on_the_line_that_we_had_just_priced_to_0_is_a_persons_to_judge(settle: Settle) -> None:
    story = settle([NORTHWIND, CONTOSO], method="replace")
    story.count("northwind", standard=21)
    die_at(story, "after-job", approve=True)
    assert story.bill("northwind")["total_now"] == "0.00"
    story.bms.edit_line(11, unit_price="5.10")
    ran = story.sync(approve=True)
    assert (ran.status("northwind"), ran.writes) == ("outcome-unknown", [])
    assert "somebody priced the line at 5.10" in ran.line("northwind")["cause"]
    assert story.sync(approve=True).writes == []


@pytest.mark.parametrize(
    ("behaviour", "step", "time"), [("appends", "after-job", 1), ("rejects", "before-intent", 3)]
)
def test_an_ended_line_that_somebody_priced_meanwhile_is_not_joined_by_a_second_priced_one(
    settle: Settle, behaviour: str, step: str, time: int
) -> None:
    story = settle([NORTHWIND, CONTOSO], method="replace", behaviour=behaviour)
    contract = story.bms.world.lines[11].contract_id
    free = story.bms.add_line(contract_id=contract, service_id=STANDARD, units=20, unit_price="0.00")
    story.count("northwind", standard=21)
    die_at(story, step, time=time, approve=True)
    story.bms.edit_line(free.id, unit_price="5.10")
    ran = story.sync(approve=True)
    assert (ran.status("northwind"), ran.writes) == ("outcome-unknown", [])
    assert f"line {free.id} of this service was priced at 5.10" in ran.line("northwind")["cause"]
    assert story.bms.watch.violations == []


def test_a_price_put_on_a_line_that_was_to_get_its_own_back_is_not_written_over(settle: Settle) -> None:
    story = settle([NORTHWIND, CONTOSO], method="replace", behaviour="rejects")
    story.count("northwind", standard=21)
    die_at(story, "before-intent", time=3, approve=True)  # priced to 0, refused, and not put back yet
    story.bms.edit_line(11, unit_price="5.10")
    ran = story.sync(approve=True)
    assert (ran.status("northwind"), ran.writes) == ("outcome-unknown", [])
    assert "somebody priced the line at 5.10" in ran.line("northwind")["cause"]


def test_a_carried_price_that_somebody_changed_right_after_our_write_is_left_as_it_is(begin: Settle) -> None:
    carried = Client("northwind", {"standard": 1}, users={"standard": 21}, line={"unit_price": "100.00"})
    story = begin([carried], behaviour="rejects", reading="rejects")
    story.method("price-carrying")
    confirm_carried(story, [carried])
    die_at(story, "after-job", approve=True)
    assert story.bill("northwind")["total_now"] == "105.00"
    story.bms.edit_line(11, unit_price="120.00")
    ran = story.sync(approve=True)
    assert (ran.status("northwind"), ran.writes) == ("error:verification", [])
    assert "neither the old nor the new one" in ran.line("northwind")["cause"]
    assert story.bill("northwind")["total_now"] == "120.00"


def test_a_price_put_on_a_line_that_our_write_had_moved_is_not_written_over(settle: Settle) -> None:
    quarterly = Client("northwind", {"standard": 20}, contract={"billing_cycle": "Quarterly"})
    story = settle([quarterly, CONTOSO], ahead="re-dates")
    story.count("northwind", standard=22)
    die_at(story, "before-intent", time=2)  # the write dated ahead moved today's line: not put back yet
    story.bms.edit_line(11, unit_price="6.00")
    ran = story.sync()
    assert (ran.status("northwind"), ran.writes) == ("outcome-unknown", [])
    assert "was priced at 6" in ran.line("northwind")["cause"]
