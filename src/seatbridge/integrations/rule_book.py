"""Every rule that can be set: its name, what may be typed for it, and how its value is kept as text.

Shares are typed and kept as percent ("50", "2.5"), money with cents, policies by their word.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from seatbridge.reconcile.rules import (
    NAMES,
    PER_COMPANY,
    PRESETS,
    CountPolicy,
    EffectiveDates,
    Rules,
    ZeroPolicy,
)

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
_WHOLE = re.compile(r"[0-9]{1,9}")
_WITH_THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,2})?")
HUNDRED = Decimal(100)


class BadValue(ValueError):
    """Says what the value must be, for the person who typed it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`read` turns what was typed into the value, or raises BadValue; `write` turns it back into text."""

    name: str
    label: str  # for people who do not see the sentence around the field
    unit: str  # percent, units, days, companies, lines, money, or empty for a policy
    read: Callable[[str], object]
    write: Callable[[object], str]
    choices: tuple[str, ...] = ()

    @property
    def per_company(self) -> bool:
        return self.name in PER_COMPANY

    @property
    def default(self) -> str:
        return self.write(getattr(PRESETS, self.name))


def text_of(rules: Rules, name: str) -> str:
    return BOOK[name].write(getattr(rules, name))


def _share(least: int, most: int) -> Callable[[str], object]:
    def read(text: str) -> Decimal:
        cleaned = text.replace("%", "").strip()
        if not _NUMBER.fullmatch(cleaned) or not least <= Decimal(cleaned) <= most:
            raise BadValue(f"Write a percentage from {least} to {most}, such as 25 or 2.5.")
        return Decimal(cleaned) / HUNDRED

    return read


def _whole(least: int, most: int, of: str) -> Callable[[str], object]:
    def read(text: str) -> int:
        cleaned = text.strip()
        if not _WHOLE.fullmatch(cleaned) or not least <= int(cleaned) <= most:
            raise BadValue(f"Write a whole number of {of} from {least} to {most:,}.")
        return int(cleaned)

    return read


def _sum(text: str) -> Decimal:
    cleaned = re.sub(r"[$€£\s]", "", text)
    if _WITH_THOUSANDS.fullmatch(cleaned):  # 49,50 is no 4950
        cleaned = cleaned.replace(",", "")
    if not _NUMBER.fullmatch(cleaned):
        raise BadValue("Write a sum of money, such as 250 or 49.50.")
    return Decimal(cleaned)


def _sum_or_nothing(text: str) -> Decimal | None:
    cleaned = text.strip().casefold()
    found = None if cleaned in ("", "never", "off") else _sum(text)
    return found or None


def _choice(kind: type[StrEnum]) -> Callable[[str], object]:
    def read(text: str) -> StrEnum:
        try:
            return kind(text.strip())
        except ValueError:
            raise BadValue(f"Choose one of {', '.join(kind)}.") from None

    return read


def _percent(value: object) -> str:
    return f"{(Decimal(str(value)) * HUNDRED).normalize():f}"


def _money(value: object) -> str:
    return "" if value is None else f"{value:.2f}"


def _policy(name: str, label: str, kind: type[StrEnum]) -> Rule:
    return Rule(name, label, "", _choice(kind), str, tuple(kind))


def _percentage(name: str, label: str, least: int = 1, most: int = 100) -> Rule:
    return Rule(name, label, "percent", _share(least, most), _percent)


def _count(name: str, label: str, of: str, least: int = 1, most: int = 1_000_000) -> Rule:
    return Rule(name, label, of, _whole(least, most, of), str)


_RULES = (
    _policy("effective_dates", "From when a change counts", EffectiveDates),
    _policy("zero_policy", "What becomes of a real zero", ZeroPolicy),
    _policy("count_policy", "Who counts", CountPolicy),
    Rule("auto_approve_under", "Large changes that go on by themselves", "money", _sum_or_nothing, _money),
    _percentage("drop_share", "Large drop, percent"),
    _count("drop_units", "Large drop, units", "units"),
    _percentage("big_drop_share", "Large drop in many units, percent"),
    _count("big_drop_units", "Large drop in many units, units", "units"),
    Rule("money_drop", "Large drop in money, a month", "money", _sum, _money),
    _percentage("rise_share", "Large rise, percent", 1, 1000),
    _count("rise_units", "Large rise, units", "units"),
    _count("rise_after_days", "Large rise, days since the company is known", "days", 0, 3650),
    _count("run_min_units", "Whole run, units that must move", "units"),
    _percentage("run_net_drop", "Whole run, net drop in percent", 0),
    _percentage("run_net_rise", "Whole run, net rise in percent", 0, 1000),
    _percentage("run_absolute", "Whole run, all changes in percent", 0, 1000),
    _count("run_lost_companies", "Whole run, companies lost", "companies", 0),
    _percentage("run_lost_share", "Whole run, companies lost in percent", 0),
    _count("run_held_lines", "Whole run, lines held", "lines", 0),
    _percentage("run_held_share", "Whole run, lines held in percent", 0),
    _percentage("run_feed_share", "Whole run, companies in the newest list in percent", 0),
)
BOOK: Mapping[str, Rule] = {
    rule.name: rule for rule in sorted(_RULES, key=lambda rule: NAMES.index(rule.name))
}
