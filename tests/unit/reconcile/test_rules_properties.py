"""What holds for every world under every set of rules."""

import random
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from seatbridge.reconcile.facts import Approvals, Facts, Method
from seatbridge.reconcile.index import index_facts
from seatbridge.reconcile.moving import moving_part
from seatbridge.reconcile.periods import cycle_of
from seatbridge.reconcile.plan import plan, plan_judged
from seatbridge.reconcile.planned import Outcome, PlannedLine
from seatbridge.reconcile.posting import is_posted
from seatbridge.reconcile.rules import EffectiveDates, Rules, ZeroPolicy
from tests.unit.reconcile.test_planner_properties import LONG, SEEDS, Dice, draw_world
from tests.unit.reconcile.worlds import World

# Rule -> whether a higher value is the looser one.
LOOSER_UP = {
    "drop_share": True, "drop_units": True, "big_drop_share": True, "big_drop_units": True,
    "money_drop": True,
    "rise_share": True, "rise_units": True, "rise_after_days": True, "auto_approve_under": True,
    "run_min_units": True, "run_net_drop": True, "run_net_rise": True, "run_absolute": True,
    "run_lost_companies": True, "run_lost_share": True, "run_held_lines": True, "run_held_share": True,
    "run_feed_share": False,
}  # fmt: skip
PER_LINE = [name for name in LOOSER_UP if not name.startswith("run_")]
PER_RUN = [name for name in LOOSER_UP if name.startswith("run_")]


def draw_rules(dice: Dice) -> Rules:
    def share() -> Decimal:
        return Decimal(dice.randint(1, 100)) / 100

    return Rules(
        effective_dates=dice.choice(list(EffectiveDates)),
        zero_policy=dice.choice(list(ZeroPolicy)),
        auto_approve_under=dice.choice([None, Decimal(dice.randint(1, 60))]),
        drop_share=share(),
        drop_units=dice.randint(1, 6),
        big_drop_share=share(),
        big_drop_units=dice.randint(1, 12),
        money_drop=Decimal(dice.randint(0, 300)),
        rise_share=share(),
        rise_units=dice.randint(1, 12),
        rise_after_days=dice.randint(0, 400),
        run_min_units=dice.choice([1, 10, 10_000]),
        run_net_drop=share(),
        run_net_rise=share(),
        run_absolute=share(),
        run_lost_companies=dice.randint(0, 4),
        run_lost_share=share(),
        run_held_lines=dice.randint(0, 4),
        run_held_share=share(),
    )


def ruled_world(seed: int) -> World:
    world, dice = draw_world(seed), Dice(seed + 1)
    world.rules = draw_rules(dice)
    if dice.random() < 0.5:
        world.company_rules = {"c0": draw_rules(dice), "c2": draw_rules(dice)}
    return world


def loosen(rules: Rules, name: str, dice: random.Random) -> Rules:
    value = getattr(rules, name)
    if name == "auto_approve_under":
        return replace(rules, auto_approve_under=(value or Decimal(0)) + dice.randint(1, 200))
    by = (
        Decimal(dice.randint(1, 50)) / 100 if isinstance(value, Decimal) and value < 2 else dice.randint(1, 9)
    )
    return replace(rules, **{name: value + by if LOOSER_UP[name] else value - by})


def held_by_limits(lines: tuple[PlannedLine, ...]) -> set[tuple[str, str]]:
    return {(line.company, line.product) for line in lines if line.status == "held:anomaly"}


@given(seed=SEEDS, name=st.sampled_from(PER_LINE))
def test_a_looser_limit_of_a_line_holds_no_line_more(seed: int, name: str) -> None:
    world = ruled_world(seed)
    looser = loosen(world.rules, name, Dice(seed + 2))
    own = {ref: loosen(rules, name, Dice(seed + 2)) for ref, rules in world.company_rules.items()}
    before = held_by_limits(world.plan().lines)
    after = held_by_limits(world.plan(rules=looser, company_rules=own).lines)
    assert after <= before


@given(seed=SEEDS, name=st.sampled_from(PER_RUN))
def test_a_looser_limit_of_a_run_holds_no_run_more(seed: int, name: str) -> None:
    world = ruled_world(seed)
    looser = loosen(world.rules, name, Dice(seed + 2))
    assert len(world.plan(rules=looser).run_holds) <= len(world.plan().run_holds)


@given(seed=SEEDS)
def test_no_rule_dates_a_write_outside_its_contract_or_unprorated_into_a_posted_period(seed: int) -> None:
    world = ruled_world(seed)
    made = world.plan()
    shown = {(line.company, line.product): line for line in made.lines}
    for planned in made.writes:
        contract, day = world.contracts[planned.key[0]], planned.effective_date
        assert contract.start <= day
        assert contract.end is None or day <= contract.end
        assert day >= planned.line.effective_date
        if planned.method in (Method.REPLACE, Method.PRICE_CARRYING, None):
            assert not planned.ahead or planned.method is None
        if not is_posted(contract, day, world.calendar, world.now):
            continue
        assert planned.method in (None, Method.ADJUST)
        line = shown[planned.members[0]]
        is_long_rise = cycle_of(contract.billing_cycle) in LONG and (
            planned.units_before is None or planned.units_after >= planned.units_before
        )
        if not is_long_rise:
            assert line.proration is not None
            assert day == world.now.date() or planned.ahead


@given(seed=SEEDS)
def test_methods_that_write_whole_periods_date_by_the_preset_whatever_the_rule(seed: int) -> None:
    world = ruled_world(seed)
    if world.verdict.method not in (Method.REPLACE, Method.PRICE_CARRYING, None):
        return
    preset = EffectiveDates.NO_PRORATION
    usual = world.plan(
        rules=replace(world.rules, effective_dates=preset),
        company_rules={
            ref: replace(rules, effective_dates=preset) for ref, rules in world.company_rules.items()
        },
    )
    days = {planned.key: planned.effective_date for planned in usual.writes}
    assert days == {planned.key: planned.effective_date for planned in world.plan().writes}


@given(seed=SEEDS)
def test_no_rule_makes_a_missing_count_or_a_leaver_a_number(seed: int) -> None:
    world = ruled_world(seed)
    made = world.plan()
    for planned in made.writes:
        for member in planned.members:
            count = world.counts[member]
            assert not count.stale
            # A product that was never counted adds nothing to its sister on one line.
            assert count.value is not None or len(planned.members) > 1
    for line in made.lines:
        if line.status == "left-password-boss":
            assert line.outcome is Outcome.HOLD


@given(seed=SEEDS)
def test_the_part_that_moves_is_planned_as_the_whole_is(seed: int) -> None:
    """Rules are tried on the lines that move and the sums of the others, and that is the whole truth."""
    world = ruled_world(seed)
    world.approvals = Approvals(first_run_done=world.approvals.first_run_done or world.approvals.whole_run)
    facts: Facts = world.facts()
    _, judged = plan_judged(index_facts(facts))
    part = moving_part(facts, judged)
    tried = draw_rules(Dice(seed + 3))
    own = {"c1": draw_rules(Dice(seed + 4))}
    whole = plan(replace(facts, rules=tried, company_rules=own))
    by_part = plan(replace(part, rules=tried, company_rules=own))
    assert by_part.run_holds == whole.run_holds
    shown = {(line.company, line.product): line for line in whole.lines}
    for line in by_part.lines:
        assert line == shown.pop((line.company, line.product))
    assert {line.outcome for line in shown.values()} <= {Outcome.NO_CHANGE, Outcome.SKIPPED}
