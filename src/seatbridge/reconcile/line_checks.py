"""Which BMS line carries a (contract, service), and what forbids writing it (writing.md rules 3, 9, 14)."""

from collections.abc import Sequence
from typing import NamedTuple

from seatbridge.psa.records import Line
from seatbridge.reconcile.facts import KnownLine
from seatbridge.reconcile.rulings import Ruling, blocked
from seatbridge.reconcile.targets import Member
from seatbridge.reconcile.words import amount

LOOK_AT_CONTRACT = "Look at the contract in BMS, then approve this line."


class FoundLine(NamedTuple):
    """`line` None: there is none, or none that can be named without guessing."""

    line: Line | None
    several: tuple[Line, ...] = ()
    priced_dead: Line | None = None


def find_line(lines: Sequence[Line], known: KnownLine) -> FoundLine:
    """Exactly one priced line is the line; where none has a price, exactly one without."""
    if len(lines) == 1 and lines[0].id not in known.dead_lines:
        return FoundLine(lines[0])
    living = tuple(line for line in lines if line.id not in known.dead_lines)
    dead = next((line for line in lines if line.id in known.dead_lines and line.unit_price), None)
    candidates = tuple(line for line in living if line.unit_price) or living
    if len(candidates) == 1:
        return FoundLine(candidates[0], priced_dead=dead)
    return FoundLine(None, candidates, dead)


def check_memory(known: KnownLine, stopped: str, found: FoundLine, currency: str) -> Ruling | None:
    """What our own earlier writes forbid, before anything is said of the line itself."""
    if known.owed:
        return blocked(
            "outcome-unknown",
            f"An earlier write is not finished: {known.owed}.",
            "The next sync finishes it before anything else; look at the contract in BMS if it stays.",
        )
    if stopped:
        return blocked(
            "error:verification", f"The last check of this contract failed: {stopped}.", LOOK_AT_CONTRACT
        )
    if found.priced_dead is not None:
        return blocked(
            "error:verification",
            f"Line {found.priced_dead.id} was ended by us and priced to 0, but BMS shows a price of "
            f"{amount(found.priced_dead.unit_price, currency)} on it again: it would be invoiced twice.",
            "It is priced to 0 again by the next sync; leave ended lines out of price changes in BMS.",
        )
    if known.automatic:
        return blocked(
            "blocked:automatic-line",
            "BMS counts this line itself, and would overwrite what is written here.",
            "Nothing to do; take the mark off the line if BMS does not count it.",
        )
    return None


def check_line(found: FoundLine, members: Sequence[Member], unbilled: str, currency: str) -> Ruling | None:
    """`unbilled` says what is at stake where no line stands: "18 users, $90.00 a month"."""
    line = found.line
    if line is None and found.several:
        prices = ", ".join(f"{row.id} at {amount(row.unit_price, currency)}" for row in found.several)
        return blocked(
            "blocked:duplicate-lines",
            f"The contract has {len(found.several)} lines of this service ({prices}), "
            "and BMS does not say which one is meant.",
            "Price all but one of them to 0 in BMS.",
        )
    if line is None:
        return blocked(
            "blocked:line-missing",
            f"{unbilled}: the contract has no line of this service.",
            "Have the line added here, or add the service to the contract in BMS; the next sync sets "
            "the units.",
        )
    for member in members:
        account = member.mapping.account_id
        if account is not None and account != line.account_id:
            return blocked(
                "blocked:account-mismatch",
                f"{member.company.name} is mapped to account {account}, but the contract's line belongs to "
                f"account {line.account_id}.",
                "Correct the company mapping: choose the account that owns the contract.",
            )
    return None
