"""What a POST of a service does to a contract: adjusts the line, appends one, or is rejected."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bms_simulator.lines import Line, Terms, is_priced, moved_to, with_terms
from bms_simulator.records import Contract
from bms_simulator.state import State
from bms_simulator.wire import RefusedError
from bms_simulator.world import World

NO_CONTRACT = 4041
CONTRACT_CLOSED = 4002
NO_SERVICE = 4042
BAD_UNITS = 4003
BAD_PRICE = 4004
BAD_DATE = 4005
# Fixed: a client may learn "rejects" only from the same code twice.
ALREADY_THERE = 4006


@dataclass(frozen=True, slots=True)
class Posted:
    service_id: int
    terms: Terms
    sort_order: int


def require_open_contract(world: World, contract_id: int) -> Contract:
    contract = world.contracts.get(contract_id)
    if contract is None:
        raise RefusedError(NO_CONTRACT, "The contract was not found.")
    if not contract.is_recurring:
        raise RefusedError(CONTRACT_CLOSED, "The contract is not a recurring services contract.")
    if not contract.is_active:
        raise RefusedError(CONTRACT_CLOSED, "The contract is not active.")
    if contract.end < world.today:
        raise RefusedError(CONTRACT_CLOSED, "The contract has ended.")
    return contract


def read_element(fields: dict[str, Any]) -> Posted:
    """One element of the array. An omitted number is 0, an omitted text empty, as in .NET."""
    units = fields.get("units", 0)
    if not isinstance(units, int) or isinstance(units, bool) or units < 0:
        raise RefusedError(BAD_UNITS, "Units must be a whole number of at least 0.")
    service_id, sort_order = fields.get("serviceid", 0), fields.get("sortorder", 0)
    if not isinstance(service_id, int) or not isinstance(sort_order, int):
        raise RefusedError(NO_SERVICE, "The service was not found.")
    try:
        since = date.fromisoformat(str(fields.get("effectivedate") or "0001-01-01")[:10])
    except ValueError as error:
        raise RefusedError(BAD_DATE, "The effective date is not valid.") from error
    terms = Terms(
        since=since,
        units=units,
        unit_price=_price(fields.get("unitprice")),
        unit_cost=_price(fields.get("unitcost")),
        name=str(fields.get("servicename") or ""),
        description=str(fields.get("servicedescription") or ""),
    )
    return Posted(service_id, terms, sort_order)


def _price(value: Any) -> Decimal:
    if value is None:
        return Decimal(0)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or value < 0:
        raise RefusedError(BAD_PRICE, "A price must be a number of at least 0.")
    return Decimal(value)


def post_service(state: State, contract: Contract, posted: Posted, seq: int) -> Line:
    """Change or make the line by this BMS's behaviour; the line as it then stands."""
    world = state.world
    if posted.service_id not in world.services:
        raise RefusedError(NO_SERVICE, "The service was not found.")
    if not contract.start <= posted.terms.since <= contract.end:
        raise RefusedError(BAD_DATE, "The effective date is outside the contract.")
    there = world.lines_of_service_on(contract.id, posted.service_id)
    if there and world.knobs.behaviour == "rejects":
        raise RefusedError(ALREADY_THERE, "The service already exists on the contract.")
    if there and world.knobs.behaviour == "adjusts":
        before = next((line for line in there if is_priced(line, world.today)), there[-1])
        after = _adjusted(world, before, posted.terms)
        state.change_line(before, after, seq, since=posted.terms.since)
        return after
    line = Line(world.last_line_id + 1, contract.id, posted.service_id, (posted.terms,))
    state.change_line(None, line, seq, since=posted.terms.since)
    return line


def _adjusted(world: World, line: Line, terms: Terms) -> Line:
    is_waiting = line.redated and line.history[0].since > world.today
    if world.knobs.ahead == "re-dates" and (terms.since > world.today or is_waiting):
        return moved_to(line, terms)
    return with_terms(line, terms, world.today)


def posted_row(state: State, line: Line, posted: Posted) -> dict[str, Any]:
    terms, service = posted.terms, state.world.services[posted.service_id]
    now = state.clock()
    return {
        "Id": line.id,
        "CreatedBy": 1,
        "CreatedOn": now,
        "ModifiedBy": 1,
        "ModifiedOn": now,
        "ServiceId": posted.service_id,
        "ServiceName": terms.name,
        "Description": terms.description,
        "ContractId": line.contract_id,
        "ContractName": state.world.contracts[line.contract_id].name,
        "TotalCost": terms.units * terms.unit_cost,
        "TotalPrice": terms.amount,
        "Units": float(terms.units),
        "UnitCost": terms.unit_cost,
        "UnitPrice": terms.unit_price,
        "Margin": terms.unit_price - terms.unit_cost,
        "OriginalUnitPrice": service.unit_price,
        "OriginalUnitCost": service.unit_cost,
        "EffectiveDate": terms.since,
        "SortOrder": posted.sort_order,
    }
