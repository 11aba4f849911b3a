"""The control plane: load a world, arm faults, move the date, edit by hand, and see what is hidden."""

import json
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from bms_simulator import hand_edits, moves
from bms_simulator.arming import arm_fault
from bms_simulator.bills import bills
from bms_simulator.invoice_json import write_invoice
from bms_simulator.reading import BadInputError, Fields
from bms_simulator.state import State
from bms_simulator.wire import JSON_HEADERS, Answer, Request
from bms_simulator.world import World
from bms_simulator.world_writing import write_contract, write_line

OK = 200
NOT_FOUND = 404
BAD_INPUT = 422


def answer_control(state: State, request: Request) -> Answer:
    """Plain JSON, snake_case. What cannot be answers 422 with {"error"}, and nothing has changed."""
    name, _, rest = request.path.removeprefix("/control/").partition("/")
    handler = HANDLERS.get((request.method, f"{name}/{{id}}" if rest else name))
    if handler is None or (rest and not rest.isdecimal()):
        return _json(NOT_FOUND, {"error": f"There is no control call {request.method} {request.path}."})
    try:
        body = json.loads(request.body, parse_float=Decimal) if request.body else {}
        result = handler(state, int(rest) if rest else 0, body)
    except BadInputError as error:
        return _json(BAD_INPUT, {"error": str(error)})
    except ValueError:
        return _json(BAD_INPUT, {"error": "The request body is not valid JSON."})
    return _json(OK, result)


def _json(status: int, value: Any) -> Answer:
    return Answer(status, JSON_HEADERS, json.dumps(value, default=float).encode())


def put_world(state: State, _: int, body: Any) -> Any:
    state.load(World.from_json(body))
    return {"ok": True}


def get_world(state: State, _: int, __: Any) -> Any:
    return state.world.to_json()


def post_fault(state: State, _: int, body: Any) -> Any:
    arm_fault(state, body)
    return {"ok": True}


def list_faults(state: State, _: int, __: Any) -> Any:
    return [asdict(fault) for fault in state.faults.armed]


def clear_faults(state: State, _: int, __: Any) -> Any:
    state.faults.clear()
    return {"ok": True}


def set_date(state: State, _: int, body: Any) -> Any:
    fields = Fields(body, "date")
    day = fields.day("date")
    fields.done()
    made = moves.move_date(state, day)
    return {"date": day.isoformat(), "invoices": [write_invoice(invoice) for invoice in made]}


def post_now(state: State, _: int, body: Any) -> Any:
    fields = Fields(body, "post")
    on = fields.optional_day("on")
    kind = fields.choice("kind", ("start", "end")) if fields.has("kind") else None
    fields.done()
    return {"invoices": [write_invoice(invoice) for invoice in moves.post_now(state, on, kind)]}


def patch_line(state: State, line_id: int, body: Any) -> Any:
    return write_line(hand_edits.edit_line(state, line_id, body), state.world.today)


def add_line(state: State, _: int, body: Any) -> Any:
    return write_line(hand_edits.add_line(state, body), state.world.today)


def delete_line(state: State, line_id: int, _: Any) -> Any:
    hand_edits.delete_line(state, line_id)
    return {"ok": True}


def patch_contract(state: State, contract_id: int, body: Any) -> Any:
    return write_contract(hand_edits.edit_contract(state, contract_id, body))


def add_contract(state: State, _: int, body: Any) -> Any:
    return write_contract(hand_edits.add_contract(state, body))


def delete_contract(state: State, contract_id: int, _: Any) -> Any:
    hand_edits.delete_contract(state, contract_id)
    return {"ok": True}


def patch_account(state: State, account_id: int, body: Any) -> Any:
    hand_edits.edit_account(state, account_id, body)
    return {"ok": True}


def list_writes(state: State, _: int, __: Any) -> Any:
    return [write.to_json() for write in state.writes]


def list_calls(state: State, _: int, __: Any) -> Any:
    return {
        "calls": dict(state.calls),
        "total": state.calls.total(),
        "over_the_limit": state.limit.refused,
        "sign_ins": {"accepted": state.sign_ins.accepted, "refused": state.sign_ins.refused},
    }


def reset_calls(state: State, _: int, __: Any) -> Any:
    state.calls.clear()
    state.sign_ins.accepted = state.sign_ins.refused = 0
    return {"ok": True}


def list_bills(state: State, _: int, __: Any) -> Any:
    return bills(state)


def list_invoices(state: State, _: int, __: Any) -> Any:
    return [write_invoice(invoice) for invoice in state.world.invoices]


def see_watch(state: State, _: int, __: Any) -> Any:
    unpriced = state.watch.without_priced_line()
    return {
        "violations": [asdict(violation) for violation in state.watch.violations],
        "without_priced_line": [
            {"contract_id": contract_id, "service_id": service_id} for contract_id, service_id in unpriced
        ],
    }


HANDLERS: dict[tuple[str, str], Callable[[State, int, Any], Any]] = {
    ("PUT", "world"): put_world,
    ("GET", "world"): get_world,
    ("POST", "faults"): post_fault,
    ("GET", "faults"): list_faults,
    ("DELETE", "faults"): clear_faults,
    ("POST", "date"): set_date,
    ("POST", "post"): post_now,
    ("PATCH", "lines/{id}"): patch_line,
    ("POST", "lines"): add_line,
    ("DELETE", "lines/{id}"): delete_line,
    ("PATCH", "contracts/{id}"): patch_contract,
    ("POST", "contracts"): add_contract,
    ("DELETE", "contracts/{id}"): delete_contract,
    ("PATCH", "accounts/{id}"): patch_account,
    ("GET", "writes"): list_writes,
    ("GET", "calls"): list_calls,
    ("DELETE", "calls"): reset_calls,
    ("GET", "bills"): list_bills,
    ("GET", "invoices"): list_invoices,
    ("GET", "watch"): see_watch,
}
