"""A process dies between two steps, and BMS goes on living before the next sync takes over."""

from dataclasses import replace

import pytest

from tests.support.story import Settle, Story
from tests.support.story_world import Client

NORTHWIND, CONTOSO = Client("northwind", {"standard": 20}), Client("contoso", {"standard": 200})


class Died(BaseException):
    """Nothing in the product catches it, as nothing catches a SIGKILL."""


def die_at(story: Story, step: str, **asked: bool) -> None:
    def at(passed: str) -> None:
        if passed == step:
            raise Died(step)

    with pytest.raises(Died):
        story.sync(around=replace(story.around(), at=at), **asked)


def test_a_price_put_on_the_line_that_we_had_just_priced_to_0_is_a_persons_to_judge(settle: Settle) -> None:
    story = settle([NORTHWIND, CONTOSO], method="replace")
    story.count("northwind", standard=21)
    die_at(story, "after-job", approve=True)
    assert story.bill("northwind")["total_now"] == "0.00"
    story.bms.edit_line(11, unit_price="5.10")
    ran = story.sync(approve=True)
    assert (ran.status("northwind"), ran.writes) == ("outcome-unknown", [])
    assert "somebody priced the line at 5.1" in ran.line("northwind")["cause"]
    assert story.sync(approve=True).writes == []
