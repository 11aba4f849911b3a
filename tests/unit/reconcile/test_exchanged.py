"""Rows that slipped against their names are asked about; what happens in an ordinary month is not."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.reconcile.worlds import ADVANCED, STANDARD, World


def slipped(units: list[int], counts: list[int]) -> World:
    """All have licenses enough, so that no line is held by itself."""
    world = World()
    for number, (stands, count) in enumerate(zip(units, counts, strict=True), start=1):
        world.contract(number)
        world.company(f"client-{number:03}", number, licenses=1000, standard=count)
        world.line(number, stands)
    return world


def shifted(units: list[int]) -> list[int]:
    return [units[-1], *units[:-1]]


def alike(size: int, seed: int) -> list[int]:
    dice = Random(seed)  # noqa: S311 - to be drawn again
    return [dice.randint(12, 15) for _ in range(size)]


@pytest.mark.parametrize("seed", range(8))
def test_rows_of_companies_that_are_alike_slip_and_the_run_waits(seed: int) -> None:
    units = alike(40, seed)
    made = slipped(units, shifted(units)).plan()
    assert made.writes == ()
    assert any("only exchange their units among one another" in sentence for sentence in made.run_holds)
    assert "a month." in made.run_holds[-1]


def test_rows_that_slip_from_the_middle_on_and_lose_the_last_one() -> None:
    units = alike(40, 1)
    counts = [*units[:15], 30, *units[15:-1]]
    assert slipped(units, counts).plan().waits_for_approval


@given(st.lists(st.integers(3, 60), min_size=30, max_size=60), st.integers(0, 2**32))
def test_any_rotation_of_many_rows_writes_nothing(units: list[int], seed: int) -> None:
    by = Random(seed).randrange(1, len(units))  # noqa: S311 - to be drawn again
    counts = units[-by:] + units[:-by]
    moved = sum(one != other for one, other in zip(units, counts, strict=True))
    made = slipped(units, counts).plan()
    assert made.writes == () or moved < 8


def test_companies_that_change_their_plan_are_no_slipped_rows() -> None:
    world = World()
    for number in range(1, 5):
        world.contract(number)
        world.company(f"client-{number:03}", number, licenses=1000, standard=0, advanced=10 + number)
        world.line(number, 10 + number, STANDARD)
        world.line(number, 0, ADVANCED)
    world.contract(9)
    world.company("northwind", 9, licenses=1000, standard=21)
    world.line(9, 20)
    assert [planned.key[0] for planned in world.plan().writes] == [9]


def test_an_ordinary_month_asks_nobody() -> None:
    """A fifth of 180 companies, median 14, gains or loses one user; 15 months, none of which waits."""
    dice = Random(11)  # noqa: S311 - to be drawn again
    for _ in range(15):
        units = [max(2, round(dice.lognormvariate(2.64, 0.8))) for _ in range(180)]
        counts = [max(1, each + dice.choice((0, 0, 0, 0, 0, 0, 0, 0, 1, -1))) for each in units]
        holds = slipped(units, counts).plan().run_holds
        assert not [sentence for sentence in holds if "exchange" in sentence]


def test_seven_lines_may_exchange_their_units_by_chance() -> None:
    units = [10, 11, 12, 13, 14, 15, 16, *range(20, 50)]
    counts = [11, 12, 13, 14, 15, 16, 10, *range(20, 50)]
    assert not slipped(units, counts).plan().waits_for_approval
