"""The limits as sentences, each with what it held in the last plan. Presets: none can be set here."""

from collections.abc import Mapping
from dataclasses import dataclass

from seatbridge.reconcile.limits import Limits
from seatbridge.reconcile.words import MINUS, percent
from seatbridge.sync.models import SyncRun


@dataclass(frozen=True, slots=True)
class LimitRow:
    """`held`: lines that wait for it in the last plan; None: there is no plan yet."""

    name: str
    sentence: str
    held: int | None
    status: str


def limit_rows(run: SyncRun | None) -> list[LimitRow]:
    by_status: Mapping[str, int] | None = run.summary.get("by_status") if run and run.summary else None
    return [
        LimitRow(name, sentence, None if by_status is None else by_status.get(status, 0), status)
        for name, sentence, status in _sentences(Limits())
    ]


_OTHERS = (
    ("Zero users", "A count of 0 waits: keep the units, or write 0.", "held:zero"),
    (
        "Changed in BMS",
        "A line waits when somebody changed its units in BMS since our last write.",
        "held:edited-in-bms",
    ),
    (
        "Plan change",
        "One product falls to 0 as the other rises to about the same: one decision for both.",
        "held:plan-change",
    ),
    (
        "First write",
        "A mapping that came by file or in bulk waits until a person has looked at it.",
        "held:first-write",
    ),
    (
        "Left Password Boss",
        "A company that is gone from a complete list is billed on until you say from when not.",
        "left-password-boss",
    ),
    (
        "Missing is not zero",
        "Counts that are too old, or absent from a list that is not complete, are never written.",
        "stale-source",
    ),
)


def _sentences(limits: Limits) -> list[tuple[str, str, str]]:
    return [("Large change", _large_change(limits), "held:anomaly"), *_OTHERS]


def _large_change(limits: Limits) -> str:
    (drop, drop_units), (big, big_units), (rise, rise_units) = limits.drop, limits.big_drop, limits.rise
    return (
        f"A line waits when its units fall by {percent(drop)} and {drop_units} or more, by "
        f"{percent(big)} and {big_units} or more, or by more than {limits.money_drop} a month in money; when "
        f"they rise by {percent(rise)} and {rise_units} or more and the licenses are not known; and when a "
        "company has more users than licenses."
    )


def run_limits(limits: Limits) -> list[str]:
    """When everything waits."""
    companies, share = limits.run_lost_companies
    lines, part = limits.run_held_lines
    net = f"{percent(-limits.run_net_drop).replace('-', MINUS)} or +{percent(limits.run_net_rise)}"
    moves = (
        f"All units together move by {net}, or all changes add up to more than "
        f"{percent(limits.run_absolute)}, and {limits.run_min_units} units or more move."
    )
    return [
        moves,
        f"More than {companies} companies ({percent(share)} if that is more) fall to zero or are missing.",
        f"More than {lines} lines ({percent(part)} if that is more) are held by their own limits.",
        f"Fewer than {percent(limits.run_feed_share)} of last time's companies are in the newest list.",
    ]
