"""The test write: *replace*, zero first, on the line with the least at stake (writing.md rule 2).

What it shows becomes the BMS company's verdict (`settled`). At no moment are two lines priced.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from seatbridge.psa.records import Line
from seatbridge.reconcile.contract_checks import check_contract
from seatbridge.reconcile.facts import Evidence
from seatbridge.reconcile.planned import PlannedWrite
from seatbridge.reconcile.posting import earliest_unposted
from seatbridge.sync.models import Owed
from seatbridge.sync.open_work import all_owed
from seatbridge.sync.running import Running
from seatbridge.sync.writing.rechecking import still_as_planned
from seatbridge.sync.writing.replacing import is_time_left, replace_batch, with_calls_for_all
from seatbridge.sync.writing.verdicts import price_factors
from seatbridge.sync.writing.waves import wait_and_judge


class Tried(StrEnum):
    MADE = "made"
    NO_LINE = "no-line"  # none is fit for it
    NO_TIME = "no-time"  # it would be at 0 while its contract may be posted


def run_canary(running: Running, writes: Sequence[PlannedWrite]) -> Tried:
    """Try to reach a verdict. A refused line needs a second one to agree."""
    for _ in range(2):
        if running.company.reading != "unknown" or _open_canary(running):
            return Tried.MADE
        chosen = _choose(running, still_as_planned(running, writes))
        if isinstance(chosen, Tried):
            return chosen
        running.at("before-canary")
        on_test_contract = chosen.units_before is None and not chosen.members
        batch = with_calls_for_all(running, [chosen])
        replace_batch(running, batch, Owed.Purpose.CANARY, keeps_units=on_test_contract)
        if _open_canary(running):
            # A refusal, or a lost answer: every other line waits for the verdict, so it is waited for here.
            wait_and_judge(running)
        running.at("after-canary")
    return Tried.MADE


def _open_canary(running: Running) -> bool:
    return any(owed.purpose == Owed.Purpose.CANARY for owed in all_owed(running.integration))


def _choose(running: Running, writes: Sequence[PlannedWrite]) -> PlannedWrite | Tried:
    refused = running.company.rejected_line_id
    test = [row for row in _test_lines(running) if row.line.id != refused]
    due = [
        row
        for row in writes
        if row.canary_able and not row.together  # a test write that fails would leave half a decision behind
        if row.line.id != refused and _tells_its_units(running, row)
    ]
    # Who named a test contract would rather wait for it than have a client's line tried.
    fit = test or due
    in_time = [row for row in fit if is_time_left(running, row.key[0])]
    if not in_time:
        return Tried.NO_TIME if fit else Tried.NO_LINE
    return min(in_time, key=lambda row: (row.stake, row.key))


def _tells_its_units(running: Running, row: PlannedWrite) -> bool:
    """The fall of the total to 0 must prove the units: they are known, or what the total shows is."""
    contract = running.seen.contracts[row.key[0]]
    return row.units_before is not None or len(price_factors(running.company, contract.billing_cycle)) == 1


def _test_lines(running: Running) -> list[PlannedWrite]:
    """The lines of the test contract that the partner named; they keep their units."""
    contract_id = running.integration.test_contract_id or 0
    contract = running.seen.contracts.get(contract_id)
    if contract is None or check_contract(contract, contract_id, running.today()) is not None:
        return []
    period = earliest_unposted(contract, running.calendar, running.billing_now())
    if period is None or period.start > running.today():
        return []
    on = max(period.start, contract.start)
    return [
        _as_planned(line, on)
        for line in running.seen.reading.lines
        if line.contract_id == contract.id and line.unit_price != 0
        if line.effective_date <= on and not line.excluded_from_bulk
    ]


def _as_planned(line: Line, effective_date: date) -> PlannedWrite:
    return PlannedWrite(
        key=(line.contract_id, line.service_id),
        line=line,
        members=(),
        units_before=None,
        evidence=Evidence.UNKNOWN,
        units_after=0,
        effective_date=effective_date,
        ahead=False,
        method=None,
        canary_able=True,
        unit_price=line.unit_price,
        unit_cost=line.unit_cost,
        stake=Decimal(0),
    )
