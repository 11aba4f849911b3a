"""The two calls that write: a service on a contract, and a bulk update of prices."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bms_simulator.job_records import BulkValues, Job
from bms_simulator.jobs import finish_jobs
from bms_simulator.routing import Call, Reply, Route, require_object
from bms_simulator.service_writes import post_service, posted_row, read_element, require_open_contract
from bms_simulator.state import State
from bms_simulator.wire import RefusedError

BAD_BODY = 4001
JOB_RUNS = 4007
DAY_LENGTH = 10


def post_services(state: State, call: Call) -> Reply:
    """Elements are written one by one: a refused one leaves those before it written."""
    (contract_id,) = call.ids
    contract = require_open_contract(state.world, contract_id)
    elements = call.json()
    if not isinstance(elements, list) or not elements:
        raise RefusedError(BAD_BODY, "An array of services is expected.")
    rows = []
    for element in elements:
        posted = read_element(require_object(element))
        line = post_service(state, contract, posted, call.seq)
        rows.append(posted_row(state, line, posted))
    return Reply(rows if state.world.knobs.result_as_list else rows[-1])


def bulk_update(state: State, call: Call) -> Reply:
    """Start one job for the service; lines change only when it ends."""
    (service_id,) = call.ids
    if service_id not in state.world.services:
        raise RefusedError(404, "The service was not found.")
    if service_id in state.jobs.running:
        raise RefusedError(JOB_RUNS, "A background job is already running for this service.")
    body = require_object(call.json())
    chosen = body.get("selectedclientcontractservices")
    if not isinstance(chosen, list) or not chosen:
        raise RefusedError(BAD_BODY, "No contract services were selected.")
    selected = tuple(_selected(item) for item in chosen)
    values = _read_values(require_object(body.get("values")))
    now = state.clock()
    state.jobs.last_id += 1
    job = Job(
        id=state.jobs.last_id,
        service_id=service_id,
        ends_at=now + timedelta(seconds=state.world.knobs.job_seconds),
        selected=selected,
        values=values,
        seq=call.seq,
    )
    state.jobs.running[service_id] = _under_fault(job, call)
    finish_jobs(state, now)
    return Reply("The bulk update was started.")


def _under_fault(job: Job, call: Call) -> Job:
    everything = frozenset(line_id for _, line_id in job.selected)
    passed_over = frozenset() if call.passed_over is None else call.passed_over or everything
    return replace(job, fails=call.job_fails, passes_over=passed_over)


def _selected(item: Any) -> tuple[int, int]:
    fields = require_object(item)
    ids = fields.get("clientcontractid"), fields.get("clientcontractserviceid")
    match ids:
        case int(contract_id), int(line_id):
            return contract_id, line_id
    raise RefusedError(BAD_BODY, "A selected contract service needs both its ids.")


def _read_values(values: dict[str, Any]) -> BulkValues:
    return BulkValues(
        unit_price=_price(values.get("unitprice")),
        unit_cost=_price(values.get("unitcost")),
        name=_text(values.get("servicename")),
        description=_text(values.get("servicedescription")),
        effective_date=_day(values.get("effectivedate")),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _price(value: Any) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or value < 0:
        raise RefusedError(BAD_BODY, "A price must be a number of at least 0.")
    return Decimal(value)


def _day(value: Any) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:DAY_LENGTH])
    except ValueError as error:
        raise RefusedError(BAD_BODY, "The date is not valid.") from error


ROUTES = (
    Route(
        "POST",
        "/v2/finance/contracts/recurringservices/{contractId}/services",
        "contracts:modify",
        post_services,
        writes=True,
    ),
    Route(
        "POST",
        "/v2/admin/finance/services/{serviceId}/relatedservices/bulkupdate",
        "services:modify",
        bulk_update,
        writes=True,
    ),
)
