"""Rules as sentences with their values in them, for every screen. `{name}` is a rule's value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from seatbridge.reconcile.rules import CountPolicy, EffectiveDates, ZeroPolicy


@dataclass(frozen=True, slots=True)
class RuleSentence:
    """`sentence`: one a line; a policy ends it, without a full stop after its field.

    `on_top`: one of the four that everybody should know. `status`: of the lines that it holds.
    """

    title: str
    sentence: str
    note: str = ""
    on_top: bool = False
    status: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self.parts if name)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Alternately text and the name of a rule; either may be empty."""
        return tuple(part for line in self.lines for part in line)

    @property
    def lines(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The parts, sentence by sentence."""
        return tuple(tuple(_parts(line)) for line in self.sentence.split("\n"))


def _parts(sentence: str) -> Iterator[tuple[str, str]]:
    end = 0
    for found in re.finditer(r"\{(\w+)\}", sentence):
        yield sentence[end : found.start()], found[1]
        end = found.end()
    yield sentence[end:], ""


POLICIES: dict[str, str] = {
    EffectiveDates.NO_PRORATION: "from the first day of the earliest period that is not posted: no proration",
    EffectiveDates.FROM_THE_DAY: "from the day of the sync that writes it: BMS prorates",
    EffectiveDates.RISES_FROM_THE_DAY: "from that day when units rise, from the next period when they drop",
    ZeroPolicy.HOLD: "waits for you",
    ZeroPolicy.WRITE: "is written as 0 units",
    ZeroPolicy.LEAVE: "leaves the units as they are, without asking",
    CountPolicy.ACTIVE: "active users only",
    CountPolicy.ACTIVE_AND_INVITED: "active and invited users",
    CountPolicy.WITH_DISABLED: "active, invited and disabled users",
}

SENTENCES = (
    RuleSentence(
        "Proration",
        "A change of units counts {effective_dates}",
        "From the day works where units are written by adjusting the line, or by hand. Everywhere else a "
        "change counts for whole periods, and its line says so. No change counts outside its contract.",
        on_top=True,
    ),
    RuleSentence(
        "Limits",
        "A line waits for you when its units fall by {drop_share} and {drop_units} units or more, or by "
        "{big_drop_share} and {big_drop_units} units or more.\n"
        "It waits when they fall by more than {money_drop} a month.\n"
        "It waits when they rise by {rise_share} and {rise_units} units or more, the licenses of its company "
        "are not known, and the company has been here for more than {rise_after_days} days.",
        on_top=True,
        status="held:anomaly",
    ),
    RuleSentence(
        "Zero users",
        "A count that is really 0 {zero_policy}",
        "A count that is missing or too old is never taken for 0. Where zeros are written, the limit in "
        "money and those of a whole run still hold them.",
        on_top=True,
        status="held:zero",
    ),
    RuleSentence(
        "Who counts",
        "Counted are {count_policy}",
        "Never counted: pending approval, deleted, trials, NFR and your own company.",
        on_top=True,
    ),
    RuleSentence(
        "Small sums",
        "A large drop or rise goes on by itself when it moves less than {auto_approve_under} a month.",
        "Empty: none does. Only what the limits above hold can go on this way. Never: more users than "
        "licenses, a line without a price, units changed in BMS by hand, a change of plan, a company that "
        "left, a first write, unknown units, a zero that waits for you, or what holds a run as a whole.",
    ),
    RuleSentence(
        "All units together",
        "Everything waits when all lines together fall by {run_net_drop} or rise by {run_net_rise}, or when "
        "all changes add up to more than {run_absolute}, and at least {run_min_units} units move.",
    ),
    RuleSentence(
        "Companies lost",
        "Everything waits when more than {run_lost_companies} companies, or {run_lost_share} if that is "
        "more, fall to zero or are missing.",
    ),
    RuleSentence(
        "Lines held",
        "Everything waits when more than {run_held_lines} lines, or {run_held_share} if that is more, are "
        "held by their own limits.",
    ),
    RuleSentence(
        "A short list",
        "Everything waits when the newest list names fewer than {run_feed_share} of last time's companies, "
        "and units are missing.",
    ),
)

ALWAYS = (
    "A company with more users than licenses waits, and so does a line whose price in BMS is 0.",
    "Everything waits when eight lines or more only exchange their units, as rows that slipped in a file do.",
    "A line waits when somebody changed its units in BMS since our last write.",
    "One product falls to 0 as the other rises to about the same: one decision for both lines.",
    "A mapping that came by file or in bulk waits until a person has looked at its first write.",
    "A company that is gone from a complete list is billed on until you say from when not.",
    "Counts that are too old, or absent from a list that is not complete, are never written.",
)
