"""One status for a company of several lines: Company Mapping's."""

from collections.abc import Iterable

from seatbridge.reconcile.planned import Outcome

CALM = ("no-change", "synced", "scheduled", "planned", "skipped:excluded", "blocked:automatic-line")


def worst_status(lines: Iterable[tuple[str, str]]) -> str:
    """The status that most needs a person, of (outcome, status) pairs; of equals the first."""
    return max(lines, key=lambda line: _weight(*line))[1]


def _weight(outcome: str, status: str) -> int:
    if status == "no-change":
        return 0
    if status.startswith("skipped") or outcome == Outcome.SKIPPED:
        return 1
    return 2 if status in CALM else 3
