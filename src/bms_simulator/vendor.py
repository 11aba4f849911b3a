"""One vendor call from the path to the answer: limit, faults, sign-in, rights, the effect, the record."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bms_simulator import routes_contracts, routes_invoices, routes_security, routes_services, routes_writing
from bms_simulator.faults import Fault, spoiled
from bms_simulator.hand_edits import apply_edit
from bms_simulator.records import User
from bms_simulator.routing import Call, Route, Router
from bms_simulator.state import State
from bms_simulator.wire import Answer, RefusedError, Request, failed, html, lowered, succeeded, to_answer
from bms_simulator.writes import Write

ROUTER = Router(
    routes_security.ROUTES
    + routes_contracts.ROUTES
    + routes_services.ROUTES
    + routes_invoices.ROUTES
    + routes_writing.ROUTES
)
NO_RIGHT = 978010
HANDLED_KINDS = ("mutate", "job-fails", "job-passes-over")


def answer_vendor(state: State, request: Request) -> Answer:
    found = ROUTER.find(request.method, request.path)
    if found is None:
        state.calls[f"{request.method} {request.path}"] += 1
        return html(404, "404 - File or directory not found")
    route, ids = found
    state.calls[route.endpoint] += 1
    write = _record(state, route, request, ids) if route.writes else None
    call = Call(request, ids, seq=write.seq if write else 0)
    answer = _limited(state, route) or _handled(state, route, call)
    if write is not None:
        write.answered = "cut" if answer.cut else answer.status
    return answer


def _record(state: State, route: Route, request: Request, ids: tuple[int, ...]) -> Write:
    try:
        body: Any = json.loads(request.body, parse_float=Decimal)
    except ValueError:
        body = request.body.decode("utf-8", "replace")
    contract_id, service_id = _what_is_written(route, ids, lowered(body))
    write = Write(len(state.writes) + 1, state.clock(), route.endpoint, contract_id, service_id, body)
    state.writes.append(write)
    return write


def _what_is_written(route: Route, ids: tuple[int, ...], body: Any) -> tuple[int | None, int | None]:
    """Contract and service of a write; None for a contract where a bulk update selects several."""
    match body:
        case [{"serviceid": int(service_id)}, *_]:
            return ids[0], service_id
        case {"selectedclientcontractservices": [*selected]}:
            contracts = {_contract_id(item) for item in selected}
            return contracts.pop() if len(contracts) == 1 else None, ids[0]
    return (ids[0], None) if "contractId" in route.template else (None, ids[0])


def _contract_id(item: Any) -> int | None:
    match item:
        case {"clientcontractid": int(contract_id)}:
            return contract_id
    return None


def _limited(state: State, route: Route) -> Answer | None:
    knobs = state.world.knobs
    wait = state.limit.wait_seconds(route.endpoint, knobs.hourly_limit, state.clock())
    if not wait:
        return None
    answer = to_answer(failed(429, "Too many requests."), knobs.casing, 429)
    if not knobs.retry_after:
        return answer
    return replace(answer, headers={**answer.headers, "retry-after": str(wait)})


def _handled(state: State, route: Route, call: Call) -> Answer:
    faults = state.faults.firing(route.endpoint)
    for fault in faults:
        for edit in fault.edits:
            apply_edit(state, edit)
    casing = state.world.knobs.casing
    spoiling = next((fault for fault in faults if fault.kind not in HANDLED_KINDS), None)
    if spoiling is not None and spoiling.comes_before:
        return spoiled(spoiling, None, casing)
    answer = _answered(state, route, _with_job_faults(call, faults), casing)
    return spoiled(spoiling, answer, casing) if spoiling else answer


def _with_job_faults(call: Call, faults: list[Fault]) -> Call:
    passing = [fault for fault in faults if fault.kind == "job-passes-over"]
    passed_over = frozenset(passing[0].line_ids) if passing else None
    return replace(
        call, job_fails=any(fault.kind == "job-fails" for fault in faults), passed_over=passed_over
    )


def _answered(state: State, route: Route, call: Call, casing: str) -> Answer:
    try:
        if route.right is not None:
            call = replace(call, user=_entitled_user(state, route.right, call.request))
        reply = route.handler(state, call)
    except RefusedError as refusal:
        return to_answer(failed(refusal.code, refusal.message), casing, refusal.status)
    return to_answer(succeeded(reply.result, reply.total), casing)


def _entitled_user(state: State, right: str, request: Request) -> User:
    user = state.sign_ins.user_of(request.headers.get("authorization", ""))
    if right and right not in user.rights:
        raise RefusedError(NO_RIGHT, "You do not have permission to perform this action.")
    return user
