"""What a run made of its lines in BMS: from which units to which, and whether it can be put back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Q, QuerySet

from seatbridge.integrations.models import Integration
from seatbridge.reconcile.facts import Key
from seatbridge.sync.models import LineResult, Owed, SyncRun, Write

Pair = tuple[str, str]  # company ref, product
_NO_MOVE = (Write.State.REJECTED, Write.State.NO_EFFECT)
_OF_UNITS = (Owed.Purpose.REPLACE, Owed.Purpose.CANARY)
_POSTED = ("appended", "adjusted")
_WRITE = (
    "pk", "run_id", "contract_id", "service_id", "members", "units_before", "units", "effective_date",
    "ahead", "state", "sent_at",
)  # fmt: skip
_WHY_NOT: Mapping[str, str] = {
    Write.State.INTENDED: "its write is not read back yet.",
    Write.State.UNKNOWN: "the answer to its write was lost, and nobody knows yet whether it arrived.",
    Write.State.MISMATCH: "its write failed its check: look at the contract in BMS first.",
}


@dataclass(frozen=True, slots=True)
class Move:
    """`refused`: why it cannot be put back; a sentence's end. `at`: its order within the run."""

    run_id: int
    key: Key
    members: tuple[Pair, ...]
    before: int | None
    after: int
    since: date
    ahead: bool = False
    refused: str = ""
    at: tuple[str, int] = field(default=("", 0))


def moves_of(run: SyncRun) -> dict[Key, Move]:
    """One a line: the first units before, the last ones after. Four queries at most."""
    learned = dict(_learned(run))
    found: dict[Key, Move] = {}
    for move in sorted(_moves(Write.objects.filter(run=run), Owed.objects.filter(run=run)), key=_at):
        first = found.get(move.key)
        before = move.before if first is None else first.before
        if before is None:
            before = next((learned[pair] for pair in move.members if pair in learned), None)
        found[move.key] = _judged(replace(move, before=before))
    return _beside_earlier_ahead(run, found)


def newest_runs(run: SyncRun, keys: Iterable[Key]) -> Mapping[Key, int]:
    """The newest run that wrote each of these lines after that one, where there is one. Two queries."""
    wanted = set(keys)
    later = Q(integration=run.integration_id, run_id__gt=run.pk, contract_id__in={key[0] for key in wanted})
    newest: dict[Key, int] = {}
    for move in _moves(Write.objects.filter(later), Owed.objects.filter(later)):
        if move.key in wanted:
            newest[move.key] = max(move.run_id, newest.get(move.key, 0))
    return newest


def moves_since(integration: Integration, day: date) -> dict[Key, list[Move]]:
    """What was written with effect from that day or later, and stands; oldest first. Two queries."""
    found: dict[Key, list[Move]] = {}
    mine = Q(integration=integration, effective_date__gte=day)
    moves = [
        move for move in _moves(Write.objects.filter(mine), Owed.objects.filter(mine)) if not move.refused
    ]
    for move in sorted(moves, key=lambda move: (move.run_id, move.at)):
        found.setdefault(move.key, []).append(move)
    return found


def _at(move: Move) -> tuple[str, int]:
    return move.at


def _moves(writes: QuerySet[Write], debts: QuerySet[Owed]) -> Iterable[Move]:
    # Of thousands of writes: only what is asked for here is read.
    for write in writes.exclude(state__in=_NO_MOVE).values_list(*_WRITE, named=True):
        yield Move(
            write.run_id,
            (write.contract_id, write.service_id),
            tuple((company, product) for company, product in write.members),
            write.units_before,
            write.units or 0,
            write.effective_date,
            write.ahead,
            _WHY_NOT.get(write.state, ""),
            (write.sent_at.isoformat(), write.pk),
        )
    for owed in debts.filter(purpose__in=_OF_UNITS).exclude(members=[]):
        settled = owed.phase == Owed.Phase.SETTLED
        if owed.units is None or (settled and owed.settled_how not in _POSTED):
            continue  # the former price was put back: the line stands as before
        yield Move(
            owed.run_id,
            (owed.contract_id, owed.service_id),
            tuple((company, product) for company, product in owed.members),
            owed.units_before,
            owed.units,
            owed.effective_date,
            refused="" if settled else "its write is not finished yet.",
            at=(owed.opened_at.isoformat(), owed.pk),
        )


def _judged(move: Move) -> Move:
    if move.refused or move.before is not None:
        return move
    return replace(move, refused="the units that stood there before were not known.")


def _learned(run: SyncRun) -> Iterable[tuple[Pair, int]]:
    rows = LineResult.objects.filter(run=run, units_before__isnull=False)
    for row in rows:
        yield (row.company, row.product), row.units_before or 0


def _beside_earlier_ahead(run: SyncRun, found: dict[Key, Move]) -> dict[Key, Move]:
    """A write dated ahead may have taken the place of another one for that day: its units stood there."""
    ahead = {key: move for key, move in found.items() if move.ahead}
    if not ahead:
        return found
    earlier = Write.objects.filter(
        integration=run.integration_id, run_id__lt=run.pk, ahead=True, state=Write.State.CONFIRMED,
        contract_id__in={key[0] for key in ahead},
    )  # fmt: skip
    for write in earlier.order_by("pk"):
        key = (write.contract_id, write.service_id)
        if key in ahead and write.effective_date == ahead[key].since and write.units is not None:
            found[key] = replace(found[key], before=write.units)
    return found
