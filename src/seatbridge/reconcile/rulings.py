"""What becomes of a line, with its status of product.md section 2 and its sentences."""

from dataclasses import dataclass

from seatbridge.reconcile.planned import Outcome


@dataclass(frozen=True, slots=True)
class Ruling:
    """`cause` says why, `fix` what a person can do; both may be empty where nothing is wrong."""

    outcome: Outcome
    status: str
    cause: str = ""
    fix: str = ""
    waiting: str = ""  # what waiting costs either way, where that is not of one line alone


NO_CHANGE = Ruling(Outcome.NO_CHANGE, "no-change")


def held(status: str, cause: str, fix: str) -> Ruling:
    return Ruling(Outcome.HOLD, status, cause, fix)


def blocked(status: str, cause: str, fix: str) -> Ruling:
    return Ruling(Outcome.BLOCKED, status, cause, fix)


def skipped(status: str, cause: str, fix: str) -> Ruling:
    return Ruling(Outcome.SKIPPED, status, cause, fix)


def planned(cause: str, fix: str = "") -> Ruling:
    return Ruling(Outcome.CHANGE, "planned", cause, fix)
