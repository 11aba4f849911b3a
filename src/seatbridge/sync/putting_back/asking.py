"""Ask for a put back: first as a preview, then, from that preview or at once, to be written."""

from collections.abc import Collection
from datetime import datetime

from seatbridge.sync.approvable import Pair
from seatbridge.sync.models import SyncRun
from seatbridge.sync.putting_back.moves import Move, moves_of
from seatbridge.sync.putting_back.orders import refusals_of
from seatbridge.sync.requesting import Answer, NotNow, request_run
from seatbridge.sync.starting import Asked


def request_put_back(
    run: SyncRun, pairs: Collection[Pair] | None, *, actor: str, now: datetime, dry_run: bool
) -> Answer:
    """Queue a run that writes the former units back: of the whole run, or of the lines named."""
    asked = asked_to_put_back(run, pairs, actor=actor, dry_run=dry_run)
    return asked if isinstance(asked, NotNow) else request_run(run.integration, asked, now)


def asked_to_put_back(
    run: SyncRun, pairs: Collection[Pair] | None, *, actor: str, dry_run: bool, names: Collection[Pair] = ()
) -> Asked | NotNow:
    """`names`: lines that are written although a limit holds them. NotNow: why nothing can be put back."""
    if run.state in SyncRun.ACTIVE:
        return NotNow(f"Run {run.pk} is still under way. Wait for its end, or cancel it.")
    moves = list(moves_of(run).values())
    if not moves:
        return NotNow(f"Run {run.pk} wrote nothing, so there is nothing to put back.")
    if pairs is not None:
        missing = [pair for pair in pairs if not any(pair in move.members for move in moves)]
        if missing:
            company, product = missing[0]
            return NotNow(f"Run {run.pk} did not write {company}/{product}, so it cannot be put back.")
        moves = _together(moves, set(pairs))
    refusals = refusals_of(run, {move.key: move for move in moves})
    if len(refusals) == len(moves):
        return NotNow(f"Nothing of run {run.pk} can be put back: {' '.join(sorted(set(refusals.values())))}")
    lines = sorted({pair for move in moves for pair in move.members})
    return Asked(
        actor=actor,
        dry_run=dry_run,
        approve=not dry_run,
        approve_lines=sorted(names),
        companies=sorted({company for company, _ in lines}),
        puts_back=run,
        puts_back_lines=lines,
    )


def _together(moves: list[Move], pairs: set[Pair]) -> list[Move]:
    """The lines named, and of a change of plan the other side too: one product must not be billed twice."""
    chosen = [move for move in moves if pairs.intersection(move.members)]
    companies = {company for move in chosen if _is_side(move) for company, _ in move.members}
    sides = [
        move for move in moves if _is_side(move) and companies.intersection(ref for ref, _ in move.members)
    ]
    return chosen + [move for move in sides if move not in chosen]


def _is_side(move: Move) -> bool:
    return move.after == 0 or move.before == 0
