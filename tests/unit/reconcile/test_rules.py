"""Rules that a partner sets: what then waits, what goes on, and what is never let go by any of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from seatbridge.reconcile.calendar import IssueOn
from seatbridge.reconcile.facts import Ahead, Approvals, BmsReading, CompanyState, Method, Verdict
from seatbridge.reconcile.index import index_facts
from seatbridge.reconcile.moving import moving_part
from seatbridge.reconcile.plan import plan, plan_judged
from seatbridge.reconcile.planned import Outcome, PlannedLine
from seatbridge.reconcile.rules import PRESETS, EffectiveDates, Rules, ZeroPolicy, strictest
from tests.unit.reconcile.worlds import (
    ADJUSTS,
    ADVANCED,
    APPROVED,
    STANDARD,
    World,
    moment,
    one_line,
    row,
    write,
)

ALONE = Rules(run_min_units=10_000, run_lost_companies=99)
NO_PRORATION, FROM_THE_DAY = EffectiveDates.NO_PRORATION, EffectiveDates.FROM_THE_DAY
RISES = EffectiveDates.RISES_FROM_THE_DAY


def ruled(count: int | None, units: int, rules: Rules, **contract: Any) -> World:
    """One line, judged by its own rules and not by those of a run."""
    world = one_line(count, units, **contract)
    world.rules = rules
    return world


def status(world: World) -> tuple[Outcome, str]:
    line = row(world.plan())
    return line.outcome, line.status


def test_a_looser_limit_lets_a_drop_go() -> None:
    assert status(ruled(22, 60, ALONE)) == (Outcome.HOLD, "held:anomaly")
    looser = replace(ALONE, drop_share=Decimal("0.70"), big_drop_share=Decimal("0.70"))
    assert status(ruled(22, 60, looser)) == (Outcome.CHANGE, "planned")


def test_a_stricter_limit_holds_a_small_drop() -> None:
    assert (
        status(ruled(12, 14, replace(ALONE, drop_share=Decimal("0.10"), drop_units=2)))[1] == "held:anomaly"
    )


def test_a_company_is_judged_by_its_own_rules_and_the_others_by_the_integrations() -> None:
    world = World(rules=ALONE)
    for number, ref in enumerate(("northwind", "contoso"), start=1):
        world.contract(number)
        world.company(ref, number, standard=5)
        world.line(number, 14)
    world.company_rules = {"northwind": replace(ALONE, drop_share=Decimal(1), money_drop=Decimal(500))}
    made = world.plan()
    assert row(made, "northwind").status == "planned"
    assert row(made, "contoso").status == "held:anomaly"


def test_a_line_that_two_companies_share_follows_the_stricter_of_their_rules() -> None:
    world = World(rules=ALONE)
    world.contract(1)
    world.company("northwind", 1, standard=2)
    world.company("contoso", 1, standard=3)
    world.line(1, 14)
    loose = replace(ALONE, drop_share=Decimal(1), big_drop_share=Decimal(1), money_drop=Decimal(500))
    world.company_rules = {"northwind": loose}
    assert row(world.plan()).status == "held:anomaly"
    world.company_rules["contoso"] = loose
    assert row(world.plan()).status == "planned"


def test_the_stricter_of_two_policies_is_the_careful_one() -> None:
    one = Rules(zero_policy=ZeroPolicy.WRITE, auto_approve_under=Decimal(50), drop_units=9)
    other = Rules(zero_policy=ZeroPolicy.LEAVE, auto_approve_under=Decimal(20), rise_after_days=5)
    merged = strictest([one, other])
    assert merged.zero_policy is ZeroPolicy.HOLD
    assert merged.auto_approve_under == Decimal(20)
    assert (merged.drop_units, merged.rise_after_days) == (3, 5)
    assert strictest([one, replace(one, auto_approve_under=None)]).auto_approve_under is None
    assert strictest([one, one]) == one


# Zero


def test_a_real_zero_is_written_where_the_rule_says_so() -> None:
    made = ruled(0, 14, replace(ALONE, zero_policy=ZeroPolicy.WRITE)).plan()
    planned = write(made)
    assert planned is not None
    assert planned.units_after == 0


def test_a_written_zero_still_meets_the_limit_in_money_and_the_run_as_a_whole() -> None:
    dear = ruled(0, 60, replace(ALONE, zero_policy=ZeroPolicy.WRITE))
    assert status(dear) == (Outcome.HOLD, "held:anomaly")  # 300 a month
    whole = ruled(0, 14, Rules(zero_policy=ZeroPolicy.WRITE))
    assert status(whole) == (Outcome.HOLD, "awaiting-approval")


def test_a_zero_is_left_as_it_is_where_the_rule_says_so() -> None:
    line = row(ruled(0, 14, replace(ALONE, zero_policy=ZeroPolicy.LEAVE)).plan())
    assert (line.outcome, line.status) == (Outcome.SKIPPED, "skipped:excluded")
    assert "14 units stay on the contract, $70.00 a month" in line.cause


def test_zeros_that_are_left_hold_no_run_forever() -> None:
    world = World(rules=replace(PRESETS, zero_policy=ZeroPolicy.LEAVE))
    for number in range(1, 12):
        world.contract(number)
        world.company(f"c{number}", number, standard=0 if number < 11 else 15)
        world.line(number, 14)
    made = world.plan()
    assert made.run_holds == ()
    assert write(made, contract=11) is not None


@pytest.mark.parametrize("policy", list(ZeroPolicy))
def test_a_missing_count_and_a_leaver_are_no_zero(policy: ZeroPolicy) -> None:
    rules = replace(ALONE, zero_policy=policy)
    missing = ruled(None, 14, rules)
    assert status(missing)[1] == "stale-source"
    stale = ruled(0, 14, rules)
    stale.count("northwind", "standard", stale="Too old.")
    assert status(stale)[1] == "stale-source"
    left = ruled(0, 14, rules)
    left.change_company("northwind", state=CompanyState.LEFT)
    assert status(left)[1] == "left-password-boss"


@pytest.mark.parametrize("policy", [ZeroPolicy.WRITE, ZeroPolicy.LEAVE])
def test_a_change_of_plan_is_one_decision_whatever_the_zero_policy(policy: ZeroPolicy) -> None:
    world = World(rules=replace(ALONE, zero_policy=policy))
    world.contract(1)
    world.company("northwind", 1, standard=0, advanced=14)
    world.line(1, 14)
    world.line(1, 0, ADVANCED)
    made = world.plan()
    assert {line.status for line in made.lines} == {"held:plan-change"}
    named = replace(APPROVED, lines=frozenset({("northwind", "standard")}))
    assert {planned.key for planned in world.plan(approvals=named).writes} == {(1, STANDARD), (1, ADVANCED)}


# Small sums


def test_a_large_drop_under_the_sum_goes_on_by_itself_and_says_why() -> None:
    rules = replace(ALONE, auto_approve_under=Decimal(30))
    line = row(ruled(9, 14, replace(rules, drop_share=Decimal("0.3"))).plan())  # 25 a month
    assert line.status == "planned"
    assert "under $30.00 a month: your rule lets it go" in line.cause
    assert status(ruled(7, 14, rules))[1] == "held:anomaly"  # 35 a month


def test_the_sum_itself_is_not_under_it() -> None:
    rules = replace(ALONE, auto_approve_under=Decimal(35))
    assert status(ruled(7, 14, rules))[1] == "held:anomaly"


def test_no_sum_lets_go_what_always_waits() -> None:
    rules = replace(ALONE, auto_approve_under=Decimal(10_000))
    licenses = ruled(15, 14, rules)
    licenses.change_company("northwind", licenses=10)
    assert status(licenses)[1] == "held:anomaly"
    zero = ruled(0, 14, rules)
    assert status(zero)[1] == "held:zero"
    edited = ruled(15, 14, rules)
    edited.lines[0] = edited.lines[0]._replace(units=11)
    assert status(edited)[1] == "held:edited-in-bms"
    free = one_line(15, 14)
    free.rules = rules
    free.lines[0] = free.lines[0]._replace(unit_price=Decimal(0))
    assert row(free.plan()).status == "held:anomaly"


# From which day


def dated(world: World) -> PlannedLine:
    return row(world.plan())


def test_no_proration_is_the_preset() -> None:
    line = dated(ruled(17, 14, ALONE))
    assert (line.effective_date, line.proration) == (date(2026, 11, 1), None)


def test_a_change_from_the_day_is_prorated_in_money() -> None:
    """23 November to its end: 8 of 30 days of 3 users at 5.00."""
    line = dated(ruled(17, 14, replace(ALONE, effective_dates=FROM_THE_DAY)))
    assert (line.effective_date, line.proration) == (date(2026, 11, 23), Decimal("4.00"))
    drop = dated(ruled(11, 14, replace(ALONE, effective_dates=FROM_THE_DAY)))
    assert (drop.effective_date, drop.proration) == (date(2026, 11, 23), Decimal("-4.00"))


def test_a_change_on_the_first_day_of_an_open_period_prorates_nothing() -> None:
    world = ruled(17, 14, replace(ALONE, effective_dates=FROM_THE_DAY))
    world.now = moment("2026-12-01 20:00")
    line = dated(world)
    assert (line.effective_date, line.proration) == (date(2026, 12, 1), None)


def test_inside_posted_periods_every_one_of_them_is_prorated() -> None:
    """Start of cycle, posted on the 25th: on the 26th both November and December are posted already."""
    world = ruled(17, 14, replace(ALONE, effective_dates=FROM_THE_DAY), issue_on=IssueOn.START)
    world.now = moment("2026-11-26 06:00")
    line = dated(world)
    assert line.effective_date == date(2026, 11, 26)
    assert line.proration == Decimal("17.50")  # 5 of 30 days, and all of December: 3 x 5.00 each


def test_rises_from_the_day_and_drops_from_the_next_period() -> None:
    rules = replace(ALONE, effective_dates=RISES)
    rise, drop = dated(ruled(17, 14, rules)), ruled(12, 14, rules).plan()
    assert (rise.effective_date, rise.proration) == (date(2026, 11, 23), Decimal("4.00"))
    assert (row(drop).effective_date, row(drop).proration) == (date(2026, 12, 1), None)
    planned = write(drop)
    assert planned is not None
    assert planned.ahead


@pytest.mark.parametrize("method", [Method.REPLACE, Method.PRICE_CARRYING])
@pytest.mark.parametrize("policy", [FROM_THE_DAY, RISES])
def test_a_method_that_writes_whole_periods_falls_back_and_says_so(
    method: Method, policy: EffectiveDates
) -> None:
    world = ruled(17, 14, replace(ALONE, effective_dates=policy))
    world.verdict = Verdict(BmsReading.APPENDS, method)
    if method is Method.PRICE_CARRYING:
        world.lines[0] = world.lines[0]._replace(units=1)
    usual = ruled(17, 14, ALONE)
    usual.verdict, usual.lines = world.verdict, world.lines
    line, preset = row(world.plan()), row(usual.plan())
    assert line.effective_date == preset.effective_date
    if line.outcome is Outcome.CHANGE:
        assert f"{method} writes whole periods only" in line.cause


def test_before_the_test_write_the_preset_holds_and_the_line_says_so() -> None:
    world = ruled(17, 14, replace(ALONE, effective_dates=FROM_THE_DAY))
    world.verdict = Verdict()
    made = world.plan()
    planned = write(made)
    assert planned is not None
    assert planned.canary_able
    assert row(made).effective_date == date(2026, 11, 1)
    assert "the test write comes first" in row(made).cause


def test_a_bms_that_moves_todays_line_gets_no_drop_dated_ahead() -> None:
    world = ruled(12, 14, replace(ALONE, effective_dates=RISES))
    world.verdict = replace(ADJUSTS, ahead=Ahead.RE_DATES)
    made = world.plan()
    planned = write(made)
    assert planned is not None
    assert not planned.ahead
    assert "your BMS moves today's line" in row(made).cause


def test_by_hand_a_person_may_follow_the_rule() -> None:
    world = ruled(17, 14, replace(ALONE, effective_dates=FROM_THE_DAY))
    world.verdict = Verdict(BmsReading.REJECTS, Method.BY_HAND)
    line = dated(world)
    assert line.status == "blocked:write-method"
    assert "from 14 to 17 units from 23 Nov 2026" in line.fix


def test_unknown_units_are_never_prorated() -> None:
    world = one_line(17, 14)
    world.rules = replace(ALONE, effective_dates=FROM_THE_DAY)
    world.known.clear()
    world.move_total(1, "3")
    made = world.plan(approvals=APPROVED)
    assert row(made).effective_date == date(2026, 11, 1)
    assert "are not known, so what is prorated is not either" in row(made).cause


# Approved under other rules


def approve(preview: World, now: World) -> Any:
    lines = preview.plan(approvals=Approvals()).lines
    bases = {(line.company, line.product): line.basis for line in lines}
    return now.plan(approvals=Approvals(whole_run=True, run_limits=True, bases=bases))


def two_companies(rules: Rules) -> World:
    """Northwind drops by 2 of 14 units, Contoso rises by 3."""
    world = World(rules=rules)
    for number, (ref, count) in enumerate((("northwind", 12), ("contoso", 17)), start=1):
        world.contract(number)
        world.company(ref, number, standard=count)
        world.line(number, 14)
    return world


@pytest.mark.parametrize(
    "changed",
    [
        replace(ALONE, drop_share=Decimal("0.10"), drop_units=2, auto_approve_under=Decimal(50)),
        replace(ALONE, effective_dates=RISES),
    ],
    ids=["a drop that is large now, and let go", "from another day"],
)
def test_a_changed_rule_refuses_the_lines_that_it_concerns_and_no_others(changed: Rules) -> None:
    world = two_companies(ALONE)
    world.company_rules = {}
    now = two_companies(ALONE)
    now.company_rules = {"northwind": changed}
    made = approve(world, now)
    line = row(made, "northwind")
    assert line.status == "blocked:changed-since-preview"
    assert line.cause.startswith("The rules moved")
    assert {planned.key[0] for planned in made.writes} == {2}


def test_a_changed_limit_that_makes_nothing_of_a_line_does_not_refuse_it() -> None:
    made = approve(two_companies(ALONE), two_companies(replace(ALONE, money_drop=Decimal(200), drop_units=5)))
    assert {planned.key[0] for planned in made.writes} == {1, 2}


def test_an_approval_holds_until_tomorrow_where_the_rule_lets_the_day_float() -> None:
    rules = replace(ALONE, effective_dates=FROM_THE_DAY)
    tomorrow = two_companies(rules)
    tomorrow.now = moment("2026-11-24 06:00")
    tomorrow.counts = {pair: count._replace(as_of=None) for pair, count in tomorrow.counts.items()}
    made = approve(two_companies(rules), tomorrow)
    assert {planned.effective_date for planned in made.writes} == {date(2026, 11, 24)}
    assert len(made.writes) == 2


# Tried on the last plan


def test_of_the_lines_that_stand_right_only_their_sums_are_kept() -> None:
    """12 of 152 units are a rise of 8 % of all, though of the lines that are kept it is 60 %."""
    world = World()
    for number in range(1, 12):
        world.contract(number)
        world.company(f"c{number}", number, licenses=50, standard=12)
        world.line(number, 12)
    world.contract(20)
    world.company("northwind", 20, licenses=50, standard=32)
    world.line(20, 20)
    index = index_facts(world.facts())
    made, judged = plan_judged(index)
    part = moving_part(index.facts, judged)
    assert set(part.companies) == {"northwind"}
    assert (part.beside.base, part.beside.lines, part.beside.companies) == (132, 22, 11)
    assert plan(part).run_holds == made.run_holds == ()
    stricter = replace(part, rules=Rules(run_net_rise=Decimal("0.07")))
    assert "+12 units" in plan(stricter).run_holds[0]


def test_companies_that_share_a_line_are_kept_together() -> None:
    world = World()
    world.contract(1)
    world.contract(2)
    for ref in ("northwind", "contoso"):
        world.company(ref, 1, standard=7)
    world.company("fabrikam", 2, standard=5)
    world.line(1, 12)
    world.line(2, 5)
    index = index_facts(world.facts())
    _, judged = plan_judged(index)
    assert set(moving_part(index.facts, judged).companies) == {"northwind", "contoso"}
