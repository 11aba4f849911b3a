"""What reads show of the lines: the stored state, or the one before a write that has not settled yet."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from bms_simulator.billing import contract_total
from bms_simulator.lines import Line
from bms_simulator.world import World


class View:
    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        self._world = world
        self._clock = clock
        # Line id → what it was before each unsettled write, oldest first, with the moment that ends it.
        self._before: dict[int, list[tuple[datetime, Line | None]]] = {}
        self._totals: dict[int, Decimal] = {}

    def hide_change(self, line_id: int, before: Line | None) -> None:
        """Let reads go on showing `before` until the write has settled."""
        seconds = self._world.knobs.settles_after_seconds
        if seconds:
            until = self._clock() + timedelta(seconds=seconds)
            self._before.setdefault(line_id, []).append((until, before))

    def forget_totals(self, contract_id: int | None = None) -> None:
        """Forget what the contract costs (all of them when none is named: the date moved)."""
        if contract_id is None:
            self._totals.clear()
        else:
            self._totals.pop(contract_id, None)

    def settle(self) -> None:
        """Show every write whose time has come."""
        now = self._clock()
        for line_id, held in list(self._before.items()):
            left = [(until, before) for until, before in held if until > now]
            if len(left) < len(held):
                self._totals.clear()
            if left:
                self._before[line_id] = left
            else:
                del self._before[line_id]

    def line_ids_of_service(self, service_id: int) -> Sequence[int]:
        """Ids in order, so that a page can be cut before its lines are looked at."""
        ids = self._world.line_ids_of_service.get(service_id, [])
        return ids if not self._before else [line.id for line in self.lines(ids)]

    def total(self, contract_id: int) -> Decimal:
        """ContractBillingPrice of the contract as reads show it."""
        if contract_id not in self._totals:
            world = self._world
            lines = self.lines(world.line_ids_of_contract.get(contract_id, ()))
            contract = world.contracts[contract_id]
            self._totals[contract_id] = contract_total(contract, lines, world.knobs, world.today)
        return self._totals[contract_id]

    def lines(self, line_ids: Iterable[int]) -> list[Line]:
        """The lines as reads show them; one that no read may show yet is left out."""
        stored, before = self._world.lines, self._before
        if not before:
            return [stored[line_id] for line_id in line_ids]
        shown = (before[line_id][0][1] if line_id in before else stored[line_id] for line_id in line_ids)
        return [line for line in shown if line is not None]
