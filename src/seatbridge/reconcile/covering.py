"""Whether a person's decision still covers a line: never outside its band, never after its invoice run.

Until a plan stood exactly as it was approved, any movement refuses the line. From then on the count may move
within 2 units or a tenth of the approved one, and nothing else may, but by our own write.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from seatbridge.reconcile.basis import COUNT, LINE, TERMS, Basis, plain, terms_of, what_moved
from seatbridge.reconcile.decided import Choice, Decided, is_within
from seatbridge.reconcile.facts import Facts, Key
from seatbridge.reconcile.large_moves import treatment_of
from seatbridge.reconcile.plan_change import PLAN_CHANGE
from seatbridge.reconcile.rules import Rules
from seatbridge.reconcile.rulings import Ruling, blocked, skipped
from seatbridge.reconcile.weighing import Weighed
from seatbridge.reconcile.words import a_month, day, either_unknown

LEFT = "skipped:excluded"
LEFT_FIX = "Nothing to do; take the decision back to be asked again."


@dataclass(frozen=True, slots=True)
class Covered:
    """Keys by what a decision makes of them; a key that is in none of these is decided anew."""

    approved: frozenset[Key] = frozenset()
    in_band: frozenset[Key] = frozenset()  # approved, whether or not anything is left to write
    left: frozenset[Key] = frozenset()
    moved: Mapping[Key, str] = field(default_factory=dict)  # since the preview, in words

    def without_halves(self, facts: Facts, whole: frozenset[Key]) -> "Covered":
        """One side of a change of plan was never approved alone. `whole`: changes with both sides covered."""
        halves = {key for key in self.approved if facts.decisions[key].status == PLAN_CHANGE} - whole
        return Covered(self.approved - halves, self.in_band - halves, self.left, self.moved)


NOTHING_COVERED = Covered()


def is_in_force(decided: Decided, weighed: Weighed) -> bool:
    """The same line of the same companies, and its invoice run has not been."""
    members = {member.name for member in weighed.members}
    return weighed.terms.posting.next <= decided.until and members == set(decided.members)


def cover(facts: Facts, weighed: Mapping[Key, Weighed], bases: Mapping[Key, Basis]) -> Covered:
    if not facts.decisions:
        return NOTHING_COVERED
    approved: set[Key] = set()
    in_band: set[Key] = set()
    left: set[Key] = set()
    moved: dict[Key, str] = {}
    for key, decided in facts.decisions.items():
        row = weighed.get(key)
        if row is None or not is_in_force(decided, row):
            continue
        if row.put_back is not None or row.ending.is_whole or row.adds_line or row.kept:
            continue  # an order to put it back, or an instruction, is the newer word
        if decided.choice is Choice.LEAVE:
            left.add(key)
        elif decided.kept:
            if _is_in_band(decided, row):
                in_band.add(key)
                if _only_count_moved(decided, row, bases[key], facts.rules):
                    approved.add(key)
        elif tuple(decided.basis) == bases[key]:
            approved.add(key)
            in_band.add(key)
        else:
            moved[key] = what_moved(decided.basis, bases[key])
    return Covered(frozenset(approved), frozenset(in_band), frozenset(left), moved)


def _is_in_band(decided: Decided, row: Weighed) -> bool:
    after = row.target.units
    return after is not None and decided.units is not None and is_within(after, decided.units)


def _only_count_moved(decided: Decided, row: Weighed, basis: Basis, rules: Rules) -> bool:
    former = decided.basis
    if len(former) != len(basis):
        return False
    if former[COUNT].endswith("licenses") != basis[COUNT].endswith("licenses"):
        return False
    then = row._replace(
        before=row.before._replace(units=decided.units_before),
        target=row.target._replace(units=decided.units),
    )
    # What the rules, as they are now, make of the change that was approved.
    if terms_of(then, treatment_of(then), rules) != former[TERMS]:
        return False
    rest = [place for place in range(len(basis)) if place not in (COUNT, TERMS, LINE)]
    if any(former[place] != basis[place] for place in rest):
        return False
    return former[LINE] == basis[LINE] or _is_our_own_write(decided, row)


def _is_our_own_write(decided: Decided, row: Weighed) -> bool:
    """The line stands as we wrote it since, by this very decision, at the price that was approved."""
    line, known = row.line, row.known
    if line is None or row.before.edited or decided.units is None or known.written_units is None:
        return False
    price, cost = decided.basis[LINE].split("|")[1:3]
    ours = line.id == known.line_id and row.before.units == known.written_units
    same_price = (plain(line.unit_price), plain(line.unit_cost)) == (price, cost)
    return ours and same_price and is_within(known.written_units, decided.units)


def refuse_moved(moved: str) -> Ruling:
    return blocked(
        "blocked:changed-since-preview",
        f"{moved[:1].upper()}{moved[1:]} since the plan was approved.",
        "Look at the new plan, then approve it; the other lines are written.",
    )


def leave_as_it_is(decided: Decided, weighed: Weighed, currency: str) -> Ruling:
    money = a_month(weighed.a_month(weighed.moves_by), currency)
    words = left_words(decided.by, decided.until, weighed.before.units, weighed.target.units)
    return skipped(LEFT, f"{words}{money}.", LEFT_FIX)


def left_words(by: str, until: date, before: int | None, after: int | None) -> str:
    kept = "as it is" if before is None else f"at {before}"
    counted = "no count is known" if after is None else f"the count asks for {after}"
    return f"Kept {kept} by {by} until you post on {day(until)}; {counted}"


def note_decision(decided: Decided, weighed: Weighed) -> str:
    """Why a line that somebody approved waits again."""
    if decided.choice is not Choice.APPROVE or not decided.kept or not is_in_force(decided, weighed):
        return ""
    return (
        f"Approved by {decided.by} on {day(decided.on)}: {either_unknown(decided.units_before)} → "
        f"{either_unknown(decided.units)} units, which does not cover this."
    )
