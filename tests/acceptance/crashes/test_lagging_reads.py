"""A BMS that shows a write some time later: it is not taken for lost, and nothing is written beside it."""

from tests.acceptance.crashes.places import Place, Places
from tests.acceptance.crashes.scenarios import (
    ADJUST,
    CANARY,
    CANARY_REJECTS,
    PRICE_CARRYING,
    REPLACE,
    Scenario,
)
from tests.acceptance.crashes.side_by_side import wrong_in
from tests.acceptance.crashes.truth import complaints, truth_of
from tests.acceptance.crashes.undisturbed import undisturbed

LAG = 1
LONGER = 2.0
MOST_SYNCS = 6


def sync_until_quiet(place: Place) -> None:
    """A write that is not shown yet holds back the others on its contract, so it takes a few syncs."""
    for _ in range(MOST_SYNCS):
        calls = len(place.bms.writes())
        place.sync(approve=True)
        if len(place.bms.writes()) == calls:
            return


def test_writes_that_show_late_are_neither_repeated_nor_mixed_up(places: Places) -> None:
    def lag(scenario: Scenario) -> list[str]:
        expected = undisturbed(places, scenario).truth
        with places.place(scenario, settles_after_seconds=LAG) as place:
            place.settle = LONGER
            sync_until_quiet(place)
            wrong = complaints(place, expected)
            more = truth_of(place.bms).calls - expected.calls
            wrong += [f"sent once more: {more}"] * bool(more)
            stopped = [row["stopped"] for row in place.report()["memory"] if row["stopped"]]
            return [f"{scenario.name}: {each}" for each in wrong + stopped]

    wrong = wrong_in(lag, (ADJUST, CANARY, CANARY_REJECTS, REPLACE, PRICE_CARRYING))
    assert not wrong, wrong
