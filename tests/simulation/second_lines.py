"""Second lines that BMS comes to add where it adjusted before: what no run could know beforehand."""

from collections.abc import Collection
from datetime import datetime, timedelta

from tests.simulation.chance import Chance
from tests.simulation.truth import Truth
from tests.simulation.writes_seen import Part

SHARE = 0.3


class SecondLines:
    """Drawn apart, so that all else in a history is drawn as before."""

    def __init__(self, seed: int, truth: Truth) -> None:
        self.chance = Chance(seed + 30_000_049)
        self._truth = truth
        self.are_to_come = self.chance.maybe(SHARE)
        self.have_begun = False
        self._readable_from: datetime | None = None  # the first of them

    def begin(self) -> None:
        self.are_to_come, self.have_begun = False, True

    def unforeseen(self, parts: Collection[Part], readings: Collection[datetime], settles: int) -> set[int]:
        """The writes that no reading of the first such line could precede. Others are the run's fault."""
        if not self.have_begun:
            return set()
        found = set()
        for part in parts:
            if part.units is None or not part.write.effect:
                continue
            first = self._readable_from
            if first is None:
                self._readable_from = part.write.at + timedelta(seconds=settles)
            elif any(first <= began < part.write.at for began in readings):
                continue
            self._truth.note_beside(part.key)
            found.add(part.write.seq)
        return found
