"""Count, last written, BMS now: what is known is claimed, and nothing else ever is."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatbridge.reconcile.differences import Difference, DifferenceKind, differences
from seatbridge.reconcile.facts import Instructions, Kept
from seatbridge.reconcile.index import index_facts
from seatbridge.reconcile.plan import plan_judged
from tests.unit.reconcile.worlds import ADVANCED, STANDARD, World, one_line, row, write

KEY = (1, STANDARD)


def found(world: World, **more: object) -> dict[tuple[int, int], Difference]:
    index = index_facts(world.facts(**more))
    return {each.key: each for each in differences(index, plan_judged(index)[1])}


def written(count: int = 17, units: int = 17) -> World:
    """A line that stands alone, whose 17 units we wrote."""
    world = one_line(count, units)
    world.remember(KEY, alone=True)
    return world


def test_where_all_three_agree_there_is_nothing_to_say() -> None:
    assert found(written()) == {}


def test_a_total_that_only_our_line_can_have_moved_tells_the_units() -> None:
    world = written()
    world.move_total(1, "15.00")
    each = found(world)[KEY]
    assert (each.kind, each.counted, each.written, each.in_bms) == (DifferenceKind.EDITED, 17, 17, 20)
    assert (each.moved, each.money) == (Decimal("15.00"), Decimal("-15.00"))


@pytest.mark.parametrize("moved", ["15.00", "-5.00", "3.25"])
def test_on_a_contract_with_other_lines_nobody_can_tell(moved: str) -> None:
    world = written()
    world.move_total(1, moved)
    each = found(world, crowded=frozenset({1}))[KEY]
    assert (each.kind, each.in_bms, each.money) == (DifferenceKind.CANNOT_TELL, None, None)
    assert each.moved == Decimal(moved)
    assert "cannot tell which line" in each.sentence


def test_units_that_can_be_read_are_believed() -> None:
    world = written()
    world.lines[0] = world.lines[0]._replace(units=20)
    assert found(world, crowded=frozenset({1}))[KEY].in_bms == 20


def test_a_line_put_in_the_place_of_ours_is_named() -> None:
    world = written()
    world.lines[0] = world.lines[0]._replace(id=99)
    each = found(world)[KEY]
    assert each.kind == DifferenceKind.LINES
    assert "Line 1101, on which we wrote 17, is gone; line 99 stands in its place" in each.sentence
    world.lines.clear()
    assert "no longer in BMS" in found(world)[KEY].sentence


def test_a_count_that_waits_is_shown_and_one_that_is_written_by_itself_is_not() -> None:
    assert found(written(18)) == {}
    each = found(written(4))[KEY]
    assert (each.kind, each.counted, each.in_bms) == (DifferenceKind.COUNT, 4, 17)


def test_what_a_person_keeps_stays_until_the_count_or_the_units_move() -> None:
    world = one_line(17, 20)  # accepted: 20 are the base of trust from now on
    kept = Instructions(kept={KEY: Kept(20, 17)})
    made = world.plan(instructions=kept)
    assert (row(made).status, made.writes) == ("no-change", ())
    assert "Kept at the 20 that stand in BMS" in row(made).cause
    assert found(world, instructions=kept)[KEY].kind == DifferenceKind.KEPT
    world.company("northwind", 1, standard=18)
    sent = write(world.plan(instructions=kept))
    assert sent is not None
    assert sent.units_after == 18


@dataclass
class Truth:
    """One contract in BMS: lines of services that we map, and of one that we do not."""

    standard: int
    advanced: int
    agents: int
    prices: dict[str, Decimal]

    @property
    def total(self) -> Decimal:
        return (
            self.standard * self.prices["standard"]
            + self.advanced * self.prices["advanced"]
            + self.agents * self.prices["agents"]
        )


PRICE = st.sampled_from([Decimal(each) for each in ("2.50", "3.25", "5.00", "7.50", "10.00", "15.00")])
UNITS = st.integers(0, 40)
EDITS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["standard", "advanced", "agents"]), UNITS),
        st.tuples(st.sampled_from(["standard-price", "advanced-price", "agents-price"]), PRICE),
    ),
    max_size=3,
)


@given(
    before=st.tuples(UNITS, UNITS, UNITS, PRICE),
    lines=st.tuples(st.booleans(), st.booleans()),
    edits=EDITS,
    readable=st.booleans(),
)
def test_no_world_makes_a_wrong_claim(
    before: tuple[int, int, int, Decimal],
    lines: tuple[bool, bool],
    edits: list[tuple[str, int | Decimal]],
    readable: bool,  # noqa: FBT001
) -> None:
    """`lines`: whether a line of the second mapped service, and of the one that is not mapped, is there."""
    prices = {"standard": Decimal("5.00"), "advanced": Decimal("7.50"), "agents": before[3]}
    truth = Truth(before[0], before[1] * lines[0], before[2] * lines[1], prices)
    world = _seen(truth)
    at_write = truth.total
    alone = truth.standard * prices["standard"] == at_write
    world.remember(KEY, alone=alone, total_after=at_write)
    for what, value in edits:
        if isinstance(value, Decimal):
            prices[what.removesuffix("-price")] = value
        else:
            setattr(truth, what, value)  # from or to 0: a line added or removed
    now = _seen(truth, readable=readable)
    now.known = world.known
    crowded = frozenset({1}) if truth.agents else frozenset()
    claims = found(now, crowded=crowded)
    ours = claims.get(KEY)
    if readable and truth.standard != before[0]:
        assert ours is not None
        assert ours.in_bms == truth.standard
    if ours is None:
        return
    if ours.kind is DifferenceKind.EDITED:
        assert (ours.in_bms, ours.written) == (truth.standard, before[0])
        assert ours.in_bms != before[0]
    if ours.kind is DifferenceKind.CANNOT_TELL:
        assert ours.in_bms is None
        assert ours.moved == truth.total - at_write
    knowable = not (truth.agents or truth.advanced) and alone and prices["standard"] == Decimal("5.00")
    if knowable and truth.standard != before[0]:
        assert ours.kind is DifferenceKind.EDITED


def _seen(truth: Truth, *, readable: bool = False) -> World:
    """What a program sees: our lines with their prices, the total of all."""
    world = World()
    world.contract(1)
    world.company("northwind", 1, standard=truth.standard, advanced=truth.advanced)
    world.line(1, truth.standard, unit_price=truth.prices["standard"])
    if truth.advanced:
        world.line(1, truth.advanced, ADVANCED, unit_price=truth.prices["advanced"])
    world.move_total(1, str(truth.agents * truth.prices["agents"]))
    if readable:
        world.lines[0] = world.lines[0]._replace(units=truth.standard)
    world.settle(1)
    return world
