"""Expected failures as sentences for people: what happened, why, what to do. Anything else is a defect."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DatabaseError, IntegrityError, OperationalError, ProgrammingError

from seatbridge.integrations.changing import SettingRefused
from seatbridge.kit.hosts import HostRefused
from seatbridge.ledger.writing import LedgerBroken
from seatbridge.partners.adding import PartnerRefused
from seatbridge.psa.errors import PsaError
from seatbridge.sync.cancelling import NotCancellable
from seatbridge.sync.leases import TakenOver
from seatbridge.sync.starting import RunHeld
from seatbridge.team.refusing import TeamRefused
from seatbridge.usage.refusals import ImportRefused, RowError


@dataclass(frozen=True, slots=True)
class Failure:
    """`code` 2: what was typed cannot be right; 1: it could not be done."""

    what: str
    why: str = ""
    fix: str = ""
    code: int = 1
    errors: Sequence[RowError] = ()
    more: int = 0

    def document(self) -> dict[str, object]:
        told: dict[str, object] = {"what": self.what, "why": self.why, "fix": self.fix}
        if self.errors:
            told["errors"] = [
                {"row": error.row, "field": error.field, "message": error.message} for error in self.errors
            ]
            told["more"] = self.more
        return told


class CommandRefused(Exception):
    """What was typed, or asked for, cannot be done; raised by the commands themselves."""

    def __init__(self, what: str, *, why: str = "", fix: str = "", code: int = 2) -> None:
        super().__init__(what)
        self.failure = Failure(what, why, fix, code)


EXPECTED = (
    CommandRefused,
    DatabaseError,
    HostRefused,
    ImportRefused,
    LedgerBroken,
    NotCancellable,
    PartnerRefused,
    PsaError,
    RunHeld,
    SettingRefused,
    TakenOver,
    TeamRefused,
)


def failure_of(error: Exception) -> Failure:
    """Raises `error` again where it is a defect of ours."""
    match error:
        case CommandRefused():
            failure = error.failure
        case PsaError():
            failure = Failure(error.what, error.why, error.fix)
        case HostRefused():
            failure = Failure(error.what, fix=error.fix)
        case ImportRefused():
            fix = "Correct the file, then import it again."
            failure = Failure("Nothing was imported.", fix=fix, errors=error.errors, more=error.more)
        case RunHeld():
            failure = Failure(
                f"{error}.".capitalize(),
                why="One process at a time writes to a BMS company.",
                fix="Wait for its end, or look at it: seatbridge runs",
            )
        case TakenOver():
            failure = Failure(
                f"{error}.".capitalize(),
                why="This one was frozen, or cut off from the database, for too long.",
                fix="Look at it: seatbridge runs",
            )
        case LedgerBroken() | NotCancellable() | PartnerRefused() | SettingRefused() | TeamRefused():
            failure = Failure(f"{error}")
        case _:
            failure = _of_database(error)
    return failure


def _of_database(error: Exception) -> Failure:
    if isinstance(error, (IntegrityError, ProgrammingError)) or not isinstance(error, DatabaseError):
        raise error
    if isinstance(error, OperationalError) and "locked" in str(error):
        return Failure(
            "The database is busy.", why="Another process has held it for half a minute.", fix="Try again."
        )
    return Failure(
        "The database cannot be used.", why=str(error).strip(), fix="Look at it with: seatbridge doctor"
    )
