"""A put back killed at any step: the next plain sync finishes it, and does not write the count again."""

from tests.acceptance.crashes.places import Place, Places, Stage
from tests.acceptance.crashes.scenarios import ADJUST
from tests.acceptance.crashes.side_by_side import wrong_in
from tests.acceptance.crashes.truth import Truth, complaints, truth_of


def written(place: Place) -> Truth:
    """A person answered that a line may be written again in its period; then the counts were written."""
    before = truth_of(place.bms)
    place.do("rewrites are clean")
    assert not place.sync(approve=True).killed
    assert totals(truth_of(place.bms)) != totals(before)
    return before


def totals(truth: Truth) -> list[str]:
    """Contract and sum, without the lines: their first day is the period's by now."""
    return [bill.partition(" {")[0] for bill in truth.bills]


def put_back_and_resumed(places: Places, stage: Stage, whole: Truth, number: int) -> list[str]:
    with places.place_at(stage) as place:
        fate = place.sync(puts_back=True, kill_at=number)
        if not fate.killed:
            return [f"step {number} was never reached"]
        place.sync()
        wrong = complaints(place, whole)
        place.sync(approve=True)
        wrong += [f"and then: {each}" for each in complaints(place, whole)]
        return [f"killed at {number} ({fate.steps[-1].name}): {each}" for each in wrong]


def test_a_put_back_killed_at_any_step_is_brought_to_the_same_end(places: Places) -> None:
    with places.place(ADJUST) as place:
        before = written(place)
        stage = places.stage_of(place)
    with places.place_at(stage) as place:
        fate = place.sync(puts_back=True)
        whole = truth_of(place.bms)
        assert fate.ended["state"] == "succeeded"
        assert totals(whole) == totals(before), "BMS bills as if nothing had been written"
        assert complaints(place, whole) == []
    wrong = wrong_in(lambda number: put_back_and_resumed(places, stage, whole, number), fate.moments)
    assert not wrong, wrong
