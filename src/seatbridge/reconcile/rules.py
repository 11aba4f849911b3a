"""A partner's rules: which changes wait for a person, from which day they count, who is counted.

All settable, each of these values is the preset (product.md sections 2 to 4). Shares are parts of one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

Policy = TypeVar("Policy", bound=StrEnum)


class EffectiveDates(StrEnum):
    NO_PRORATION = "no-proration"
    FROM_THE_DAY = "from-the-day"
    RISES_FROM_THE_DAY = "rises-from-the-day"  # and drops from the next period


class ZeroPolicy(StrEnum):
    """What becomes of a real zero. A count that is missing is never one."""

    HOLD = "hold"
    WRITE = "write"
    LEAVE = "leave"


class CountPolicy(StrEnum):
    ACTIVE = "active"
    ACTIVE_AND_INVITED = "active-and-invited"
    WITH_DISABLED = "with-disabled"


BILLABLE: Mapping[CountPolicy, tuple[str, ...]] = {
    CountPolicy.ACTIVE: ("active",),
    CountPolicy.ACTIVE_AND_INVITED: ("active", "invited"),
    CountPolicy.WITH_DISABLED: ("active", "invited", "disabled"),
}


@dataclass(frozen=True, slots=True)
class Rules:
    effective_dates: EffectiveDates = EffectiveDates.NO_PRORATION
    zero_policy: ZeroPolicy = ZeroPolicy.HOLD
    count_policy: CountPolicy = CountPolicy.ACTIVE_AND_INVITED
    # a large drop or rise under this much a month goes on without a person; None: none does
    auto_approve_under: Decimal | None = None
    # per line: share and units, both reached
    drop_share: Decimal = Decimal("0.50")
    drop_units: int = 3
    big_drop_share: Decimal = Decimal("0.25")
    big_drop_units: int = 10
    money_drop: Decimal = Decimal(250)  # a month
    rise_share: Decimal = Decimal("0.50")
    rise_units: int = 10
    rise_after_days: int = 90
    # per run, against the units last invoiced, else first seen
    run_min_units: int = 10
    run_net_drop: Decimal = Decimal("0.05")
    run_net_rise: Decimal = Decimal("0.10")
    run_absolute: Decimal = Decimal("0.15")
    run_lost_companies: int = 5
    run_lost_share: Decimal = Decimal("0.03")
    run_held_lines: int = 8
    run_held_share: Decimal = Decimal("0.05")
    run_feed_share: Decimal = Decimal("0.97")


PRESETS = Rules()
NAMES = tuple(field.name for field in fields(Rules))
# A run is judged as a whole, so its limits are the integration's and no company's.
PER_COMPANY = tuple(name for name in NAMES if not name.startswith("run_"))
_LOWER_IS_STRICTER = (
    "drop_share",
    "drop_units",
    "big_drop_share",
    "big_drop_units",
    "money_drop",
    "rise_share",
    "rise_units",
    "rise_after_days",
)


def strictest(rules: Sequence[Rules]) -> Rules:
    """For a line that several companies share: what any of them would hold is held.

    Where they do not agree on a policy, the careful one is taken, which is the preset.
    """
    first = rules[0]
    if all(each == first for each in rules):
        return first
    sums = [each.auto_approve_under for each in rules]
    known = [each for each in sums if each is not None]
    limits = {name: min(getattr(each, name) for each in rules) for name in _LOWER_IS_STRICTER}
    return replace(
        first,
        effective_dates=_agreed([each.effective_dates for each in rules], PRESETS.effective_dates),
        zero_policy=_agreed([each.zero_policy for each in rules], PRESETS.zero_policy),
        auto_approve_under=min(known) if len(known) == len(sums) else None,
        **limits,
    )


def _agreed(policies: Sequence[Policy], careful: Policy) -> Policy:
    return policies[0] if len(set(policies)) == 1 else careful
