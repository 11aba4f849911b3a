"""Edits made by hand, as a person in BMS would: through the control plane or by an armed fault."""

from dataclasses import replace
from typing import Any

from bms_simulator.billing import corrections
from bms_simulator.lines import Line, Terms, moved_to, shown_terms, terms_on, with_terms
from bms_simulator.reading import BadInputError, Fields
from bms_simulator.records import Contract
from bms_simulator.state import State
from bms_simulator.world_reading import read_contract, read_line
from bms_simulator.world_writing import write_contract

MONEY_FIELDS = ("units", "unit_price", "unit_cost")


def apply_edit(state: State, value: Any) -> None:
    """{"op", "id"?, "set"?}; BadInputError for what cannot be, with nothing changed."""
    fields = Fields(value, "edit")
    op = fields.text("op")
    number = fields.whole("id", 0)
    changes = fields.take("set") if fields.has("set") else {}
    fields.done()
    match op:
        case "patch-line":
            edit_line(state, number, changes)
        case "add-line":
            add_line(state, changes)
        case "delete-line":
            delete_line(state, number)
        case "patch-contract":
            edit_contract(state, number, changes)
        case "add-contract":
            add_contract(state, changes)
        case "delete-contract":
            delete_contract(state, number)
        case "patch-account":
            edit_account(state, number, changes)
        case _:
            raise BadInputError(f"edit: {op!r} is not an edit.")


def _line(state: State, line_id: int) -> Line:
    line = state.world.lines.get(line_id)
    if line is None:
        raise BadInputError(f"There is no line {line_id}.")
    return line


def _contract(state: State, contract_id: int) -> Contract:
    contract = state.world.contracts.get(contract_id)
    if contract is None:
        raise BadInputError(f"There is no contract {contract_id}.")
    return contract


def edit_line(state: State, line_id: int, changes: Any) -> Line:
    """Units, price or cost change from `effective_date` (today unless given), texts and flags throughout.

    An `effective_date` alone re-dates the line.
    """
    line = _line(state, line_id)
    fields = Fields(changes, f"line {line_id}")
    edited = replace(
        line,
        excluded_from_bulk=fields.flag("excluded_from_bulk", default=line.excluded_from_bulk),
        automatic=fields.flag("automatic", default=line.automatic),
        counted=fields.whole("counted", line.counted),
        history=tuple(_renamed(terms, fields) for terms in line.history),
    )
    since = fields.day("effective_date", state.world.today)
    if any(fields.has(name) for name in MONEY_FIELDS):
        now = terms_on(edited, since) or shown_terms(edited, state.world.today)
        terms = replace(
            now,
            since=since,
            units=fields.whole("units", now.units),
            unit_price=fields.decimal("unit_price", now.unit_price),
            unit_cost=fields.decimal("unit_cost", now.unit_cost),
        )
        edited = with_terms(edited, terms, state.world.today)
    elif fields.has("effective_date"):
        edited = moved_to(edited, replace(shown_terms(edited, state.world.today), since=since))
    fields.done()
    owed = corrections(state.world.contracts[line.contract_id], line, edited, since)
    state.world.transactions[line.contract_id].extend(owed)
    _put(state, edited)
    return edited


def _renamed(terms: Terms, fields: Fields) -> Terms:
    return replace(
        terms, name=fields.text("name", terms.name), description=fields.text("description", terms.description)
    )


def _put(state: State, line: Line) -> None:
    state.world.put_line(line)
    state.view.forget_totals(line.contract_id)
    state.watch.begin_anew(line.contract_id, line.service_id)


def add_line(state: State, values: Any) -> Line:
    """A new line; what is not given is the service's, from today, under the next free id."""
    if not isinstance(values, dict):
        raise BadInputError("line must be an object.")
    world = state.world
    preset = {"id": world.last_line_id + 1, "effective_date": world.today.isoformat()}
    line = read_line(Fields(preset | values, "line"), world.services)
    if line.id in world.lines:
        raise BadInputError(f"There is a line {line.id} already.")
    contract = _contract(state, line.contract_id)
    owed = corrections(contract, None, line, line.history[0].since)
    world.transactions[contract.id].extend(owed)
    _put(state, line)
    return line


def delete_line(state: State, line_id: int) -> None:
    line = _line(state, line_id)
    state.world.remove_line(line_id)
    state.view.forget_totals(line.contract_id)
    state.watch.begin_anew(line.contract_id, line.service_id)


def edit_contract(state: State, contract_id: int, changes: Any) -> Contract:
    """Any field of a contract; what is posted stays posted."""
    old = write_contract(_contract(state, contract_id))
    if not isinstance(changes, dict):
        raise BadInputError("contract must be an object.")
    return _put_contract(state, old | changes | {"id": contract_id})


def add_contract(state: State, values: Any) -> Contract:
    if not isinstance(values, dict):
        raise BadInputError("contract must be an object.")
    preset = {"id": state.world.last_contract_id + 1}
    if values.get("id") in state.world.contracts:
        raise BadInputError(f"There is a contract {values['id']} already.")
    return _put_contract(state, preset | values)


def _put_contract(state: State, values: dict[str, Any]) -> Contract:
    world = state.world
    contract = read_contract(Fields(values, "contract"), world.knobs, world.today)
    if contract.account_id not in world.accounts:
        raise BadInputError(f"There is no account {contract.account_id}.")
    world.put_contract(contract)
    state.view.forget_totals(contract.id)
    return contract


def delete_contract(state: State, contract_id: int) -> None:
    """The contract goes with its lines; its invoices stay."""
    _contract(state, contract_id)
    services = {line.service_id for line in state.world.lines_of_contract(contract_id)}
    state.world.remove_contract(contract_id)
    state.view.forget_totals(contract_id)
    for service_id in services:
        state.watch.begin_anew(contract_id, service_id)


def edit_account(state: State, account_id: int, changes: Any) -> None:
    account = state.world.accounts.get(account_id)
    if account is None:
        raise BadInputError(f"There is no account {account_id}.")
    fields = Fields(changes, f"account {account_id}")
    edited = replace(
        account,
        name=fields.text("name", account.name),
        is_active=fields.flag("is_active", default=account.is_active),
    )
    fields.done()
    state.world.accounts[account_id] = edited
