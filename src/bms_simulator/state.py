"""All that changes while the pretend BMS runs; loading a world makes a new one."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

from bms_simulator.billing import corrections
from bms_simulator.faults import Faults
from bms_simulator.job_records import Jobs
from bms_simulator.limits import HourlyLimit
from bms_simulator.lines import Line
from bms_simulator.tokens import SignIns
from bms_simulator.view import View
from bms_simulator.watch import Watch
from bms_simulator.world import World
from bms_simulator.writes import Write


class State:
    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._generation = 0
        self.load(world)

    def load(self, world: World) -> None:
        """Begin anew with this world: no tokens, writes, calls, faults or jobs are left."""
        self._generation += 1
        self.world = world
        self.view = View(world, self.clock)
        self.watch = Watch(world)
        self.sign_ins = SignIns(world, self.clock, self._generation)
        self.limit = HourlyLimit(world.knobs.limit_seconds)
        self.faults = Faults()
        self.jobs = Jobs()
        self.writes: list[Write] = []
        self.calls: Counter[str] = Counter()

    def change_line(self, before: Line | None, after: Line, seq: int, since: date | None) -> None:
        """Take over a vendor call's change of a line, in force from `since` (None: of no date).

        Days that are posted already are corrected on the contract's next invoice.
        """
        contract = self.world.contracts[after.contract_id]
        if since is not None:
            owed = corrections(contract, before, after, since)
            self.world.transactions[contract.id].extend(owed)
        self.view.hide_change(after.id, before)
        self.world.put_line(after)
        self.view.forget_totals(contract.id)
        self.writes[seq - 1].effect = True
        self.watch.look(contract.id, after.service_id, seq)
