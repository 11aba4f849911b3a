"""No second line is ended but beside one that is billed; at rest each service has its one priced line.

Or somebody is told that it has not.
"""

from collections.abc import Iterable

from seatbridge.sync.models import Owed
from tests.simulation.broken import require
from tests.simulation.claims import WRITTEN
from tests.simulation.episode import Episode
from tests.simulation.truth import Key
from tests.simulation.writes_seen import Part

# Said of a line that needs nobody.
SILENT = (*WRITTEN, "no-change")


def check_billed_once(story: Episode) -> None:
    """Invariants 1 and 5: what a person did by hand is no excuse for saying nothing."""
    asked = _asked_about(story)
    silent = {
        (line["contract_id"], line["service_id"])
        for line in story.last_lines
        if line["status"] in SILENT and line["units_after"]
    } - asked
    last = {part.key: part for part in story.seen.parts}
    for key, part in sorted(last.items(), key=lambda row: row[0]):
        if key[0] not in story.simulator.world.contracts or not story.truth.own[key].unit_price:
            continue
        lines = story.truth.priced(key)
        if not lines:
            require(key not in silent, 5, f"nothing of {key} is billed, and nobody is told")
            require(key in asked or not _is_ours(story, part), 5, f"{part} left {key} without a price")
        if len(lines) > 1:
            require(key not in silent, 1, f"{key} is billed more than once, and nobody is told: {lines}")
            require(story.truth.put[key] > 1, 1, f"{key} is billed more than once: {lines}")


def check_another_is_billed(story: Episode, parts: Iterable[Part]) -> None:
    """Invariant 5: no call ends a second line, or an ended one priced again, that is the last priced one."""
    for part in parts:
        if part.units is not None or not _is_ours(story, part) or story.truth.priced(part.key):
            continue
        debts = Owed.objects.filter(contract_id=part.key[0], service_id=part.key[1], line_id=part.line_id)
        owed = debts.order_by("pk").last()
        doubled = owed is not None and owed.purpose == Owed.Purpose.DOUBLED
        require(not doubled, 5, f"{part} took away the last price, and nothing stands beside it")


def _asked_about(story: Episode) -> set[Key]:
    waiting = Owed.objects.filter(integration=story.integration).exclude(phase=Owed.Phase.SETTLED)
    return set(waiting.exclude(waits_for_person="").values_list("contract_id", "service_id"))


def _is_ours(story: Episode, part: Part) -> bool:
    """Whether the last write took the last price away, and no person has left it so, or touched it since."""
    if part.price or part.key in story.drawn.carried or part.write.seq in story.unseen:
        return False
    at, since = part.write.at, (story.left_at, story.truth.readable_from)
    return part.write.effect and not any(part.key in moments and moments[part.key] > at for moments in since)
