"""Which waiting lines a person may let go, and which of them go only together."""

from collections.abc import Callable, Collection, Iterable

from seatbridge.reconcile.deciding import AT_ONCE
from seatbridge.sync.shown.shown_lines import ShownLine

Pair = tuple[str, str]  # company ref, product
# Released by the approval of a run; a company's lines of this kind share one decision: its mapping's.
BY_RUN = frozenset(
    {"awaiting-approval", "held:first-write", "current-units-unknown", "blocked:changed-since-preview"}
)
# Released by their own name alone.
BY_NAME = frozenset({"held:anomaly", "held:edited-in-bms", "held:plan-change", "outcome-unknown"})
# A line of these waits for something else: a count, a mapping, a contract, an answer about BMS.
APPROVABLE = BY_RUN | BY_NAME


def may_be_approved(line: ShownLine) -> bool:
    """Leavers, everything blocked, and zeros are never written by an approval.

    A zero that a rule lets be written has another status than `held:zero`, and is a change like others.
    """
    if line.status not in APPROVABLE or line.contract_id is None:
        return False
    return line.outcome != "skipped" and not (line.after == 0 and line.status == "outcome-unknown")


def may_be_written_at_once(line: ShownLine) -> bool:
    """Its day has come; by itself it is written in the last sync before posting."""
    return line.status == "planned" and AT_ONCE in line.cause


def may_be_left(line: ShownLine) -> bool:
    """As it is, until after the next invoice run: whatever waits for a person's word on its units."""
    return line.contract_id is not None and line.service_id is not None and line.is_waiting


def needs_approval_of_run(line: ShownLine) -> bool:
    return line.status in BY_RUN or may_be_written_at_once(line)


def lines_left_together(lines: Iterable[ShownLine], pairs: Collection[Pair]) -> list[ShownLine]:
    """The named lines that may be left, and those that share a line of BMS or a change of plan with them."""
    offered = [line for line in lines if may_be_left(line)]
    chosen = [line for line in offered if line.key in set(pairs)]
    shared = {line.shared for line in chosen}
    changing = {line.company for line in chosen if line.status == "held:plan-change"}
    return [
        line
        for line in offered
        if line.shared in shared or (line.company in changing and line.status == "held:plan-change")
    ]


def may_be_named(line: ShownLine) -> bool:
    return may_be_approved(line) or may_be_written_at_once(line)


def lines_approved_together(
    lines: Iterable[ShownLine],
    pairs: Collection[Pair],
    *,
    may_be_chosen: Callable[[ShownLine], bool] = may_be_named,
) -> list[ShownLine]:
    """The named lines that may be chosen, and those that are written with them or not at all."""
    offered = [line for line in lines if may_be_chosen(line)]
    chosen = {line.key: line for line in offered if line.key in set(pairs)}
    size = -1
    while size != len(chosen):
        size = len(chosen)
        shared = {line.shared for line in chosen.values()}
        changing = {line.company for line in chosen.values() if line.status == "held:plan-change"}
        mapped = {line.company for line in chosen.values() if needs_approval_of_run(line)}
        for line in offered:
            if (
                line.shared in shared
                or (line.company in changing and line.status == "held:plan-change")
                or (line.company in mapped and needs_approval_of_run(line))
            ):
                chosen[line.key] = line
    return list(chosen.values())
