"""Watch for what must never be: two priced lines of one service on a contract, made by a vendor call."""

from collections import Counter
from dataclasses import dataclass

from bms_simulator.lines import is_priced
from bms_simulator.world import World

Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Violation:
    """After the write `seq`, `priced` lines of the service stood on the contract at once."""

    seq: int
    contract_id: int
    service_id: int
    priced: int


class Watch:
    """`violations` are kept for good; hand edits move what counts as the beginning instead."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.violations: list[Violation] = []
        self._begun: Counter[Key] = Counter()
        for line in world.lines.values():
            if is_priced(line, world.today):
                self._begun[line.contract_id, line.service_id] += 1

    def priced(self, contract_id: int, service_id: int) -> int:
        lines = self._world.lines_of_service_on(contract_id, service_id)
        return sum(is_priced(line, self._world.today) for line in lines)

    def look(self, contract_id: int, service_id: int, seq: int) -> None:
        """Look at one (contract, service) after a vendor call changed it."""
        priced = self.priced(contract_id, service_id)
        if priced > max(1, self._begun[contract_id, service_id]):
            self.violations.append(Violation(seq, contract_id, service_id, priced))

    def begin_anew(self, contract_id: int, service_id: int) -> None:
        """A person changed it by hand: that is how it stands from now on."""
        self._begun[contract_id, service_id] = self.priced(contract_id, service_id)

    def without_priced_line(self) -> list[Key]:
        """Where a priced line stood at the beginning and none stands now."""
        return sorted(key for key, begun in self._begun.items() if begun and not self.priced(*key))
