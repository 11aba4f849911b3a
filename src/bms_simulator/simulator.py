"""The pretend BMS as one object: hand it a request, get an answer; or ask and move it directly."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from bms_simulator import hand_edits, moves
from bms_simulator.arming import arm_fault
from bms_simulator.bills import bills
from bms_simulator.control import answer_control
from bms_simulator.faults import Fault
from bms_simulator.invoices import Invoice
from bms_simulator.jobs import finish_jobs
from bms_simulator.lines import Line
from bms_simulator.records import Contract
from bms_simulator.state import State
from bms_simulator.vendor import answer_vendor
from bms_simulator.watch import Watch
from bms_simulator.wire import Answer, Request
from bms_simulator.world import World
from bms_simulator.writes import Write


class Simulator:
    """Deterministic: the same world, requests and clock give the same answers to the byte.

    `clock` gives the aware UTC time of tokens, locks, limits and jobs. The billing date is the world's and
    moves only by `advance`. Nothing here sleeps, and nothing is safe to call from two threads at once.
    """

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        self.state = State(world, clock)

    def handle(self, request: Request) -> Answer:
        """Answer a vendor call (`/v2/…`) or a control call (`/control/…`)."""
        self.settle()
        if request.path.startswith("/control/"):
            return answer_control(self.state, request)
        return answer_vendor(self.state, request)

    def settle(self) -> None:
        """Let background jobs end and writes settle whose time has come by the clock."""
        finish_jobs(self.state, self.state.clock())
        self.state.view.settle()

    def load(self, world: World) -> None:
        """Begin anew with another world: no tokens, writes, calls, faults or jobs are left."""
        self.state.load(world)

    @property
    def world(self) -> World:
        return self.state.world

    @property
    def writes(self) -> list[Write]:
        self.settle()
        return self.state.writes

    @property
    def watch(self) -> Watch:
        self.settle()
        return self.state.watch

    @property
    def calls(self) -> Counter[str]:
        return self.state.calls

    def bills(self) -> list[dict[str, Any]]:
        self.settle()
        return bills(self.state)

    def arm(self, endpoint: str, fault: str, **options: Any) -> Fault:
        """Arm a fault; options as in `POST /control/faults`. BadInputError when it cannot be."""
        return arm_fault(self.state, {"endpoint": endpoint, "fault": fault, **options})

    def advance(self, day: date) -> list[Invoice]:
        """Let days pass until it is `day`; the invoices of the posting days that went by."""
        self.settle()
        return moves.move_date(self.state, day)

    def post(self, on: date | None = None, kind: str | None = None) -> list[Invoice]:
        """Post now, as of `on` (today): the contracts whose posting day it is, all where it is nobody's."""
        self.settle()
        return moves.post_now(self.state, on, kind)

    def edit_line(self, line_id: int, **changes: Any) -> Line:
        self.settle()
        return hand_edits.edit_line(self.state, line_id, changes)

    def add_line(self, **values: Any) -> Line:
        self.settle()
        return hand_edits.add_line(self.state, values)

    def delete_line(self, line_id: int) -> None:
        self.settle()
        hand_edits.delete_line(self.state, line_id)

    def edit_contract(self, contract_id: int, **changes: Any) -> Contract:
        self.settle()
        return hand_edits.edit_contract(self.state, contract_id, changes)

    def add_contract(self, **values: Any) -> Contract:
        self.settle()
        return hand_edits.add_contract(self.state, values)

    def delete_contract(self, contract_id: int) -> None:
        self.settle()
        hand_edits.delete_contract(self.state, contract_id)

    def edit_account(self, account_id: int, **changes: Any) -> None:
        self.settle()
        hand_edits.edit_account(self.state, account_id, changes)
