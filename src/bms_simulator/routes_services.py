"""Reading the catalogue of services, the lines of one service, and background jobs."""

from typing import Any

from bms_simulator.lines import Line, shown_terms
from bms_simulator.paging import contains, ids_in, page_of
from bms_simulator.records import Service
from bms_simulator.routing import Call, Reply, Route, filter_of, require_object
from bms_simulator.state import State
from bms_simulator.wire import RefusedError

LONG_AGO = "2020-01-01T00:00:00"
NOT_FOUND = 404


def look_up_services(state: State, call: Call) -> Reply:
    asked = call.query()
    ids = ids_in(asked.get("id"))
    found = [
        service
        for service in state.world.services.values()
        if (not ids or service.id in ids) and contains(service.name, asked.get("name"))
    ]
    rows = [
        {"Id": service.id, "Name": service.name, "Description": service.description}
        for service in page_of(found, asked, state.world.knobs.page_cap)
    ]
    return Reply(rows, total=len(found))


def search_services(state: State, call: Call) -> Reply:
    asked = require_object(call.json())
    wanted = filter_of(asked)
    active = wanted.get("isactive")
    found = [
        service
        for service in state.world.services.values()
        if contains(service.name, wanted.get("name"))
        and contains(service.description, wanted.get("description"))
        and (active is None or service.is_active == bool(active))
    ]
    shown = page_of(found, asked, state.world.knobs.page_cap)
    return Reply([_service_row(service) for service in shown], total=len(found))


def _service_row(service: Service) -> dict[str, Any]:
    nothing = (
        "CategoryId",
        "Category",
        "SubCategoryId",
        "SubCategory",
        "UnitOfMeasureId",
        "UnitOfMeasure",
        "IncomeAccountCode",
        "IncomeAccountName",
        "ExpenseAccountCode",
        "ExpenseAccountName",
    )
    return {
        "Id": service.id,
        "Name": service.name,
        "Description": service.description,
        "UnitCost": service.unit_cost,
        "UnitPrice": service.unit_price,
        "Margin": service.unit_price - service.unit_cost,
        "MarginType": 1,
        **dict.fromkeys(nothing),
        "IsActive": service.is_active,
        "IsTaxable": False,
        "CreatedOn": LONG_AGO,
        "CreatedBy": 1,
        "ModifiedOn": LONG_AGO,
        "ModifiedBy": 1,
    }


def search_lines(state: State, call: Call) -> Reply:
    """The lines of one service over all contracts. Units are shown only where this BMS exposes them."""
    asked = require_object(call.json())
    (service_id,) = call.ids
    if service_id not in state.world.services:
        raise RefusedError(NOT_FOUND, "The service was not found.")
    wanted = filter_of(asked)
    found = state.view.line_ids_of_service(service_id)
    if wanted:
        found = [line.id for line in state.view.lines(found) if _fits(state, line, wanted)]
    shown = state.view.lines(page_of(found, asked, state.world.knobs.page_cap))
    return Reply([_line_row(state, line) for line in shown], total=len(found))


def _fits(state: State, line: Line, wanted: dict[str, Any]) -> bool:
    row = _line_row(state, line)
    texts = ("ServiceName", "ServiceDescription", "ContractName", "AccountName")
    if not all(contains(row[name], wanted.get(name.lower())) for name in texts):
        return False
    for name in ("EffectiveDate", "ContractStartDate", "ContractEndDate"):
        day = row[name].isoformat()
        first, last = wanted.get(f"{name.lower()}from"), wanted.get(f"{name.lower()}to")
        if (first and day < str(first)[:10]) or (last and day > str(last)[:10]):
            return False
    return all(row[name] == wanted.get(name.lower(), row[name]) for name in ("UnitCost", "UnitPrice"))


def _line_row(state: State, line: Line) -> dict[str, Any]:
    world = state.world
    contract = world.contracts[line.contract_id]
    terms = shown_terms(line, world.today)
    row = {
        "Id": line.id,
        "ServiceId": line.service_id,
        "ContractId": contract.id,
        "AccountId": contract.account_id,
        "ServiceName": terms.name,
        "ServiceDescription": terms.description,
        "ContractName": contract.name,
        "AccountName": world.accounts[contract.account_id].name,
        "EffectiveDate": terms.since,
        "ContractStartDate": contract.start,
        "ContractEndDate": contract.end,
        "UnitCost": terms.unit_cost,
        "UnitPrice": terms.unit_price,
        "MarginType": 1,
        "Margin": terms.unit_price - terms.unit_cost,
        "ExcludeFromContractBulkUpdates": line.excluded_from_bulk,
    }
    return row | {"Units": float(terms.units)} if world.knobs.exposes_units else row


def background_job(state: State, call: Call) -> Reply:
    """The job that runs for this service; null once none does."""
    job = state.jobs.running.get(call.ids[0])
    return Reply({"JobId": job.id if job else None})


def job_logs(state: State, call: Call) -> Reply:
    logs = state.jobs.logs.get(call.ids[0], [])
    rows = [
        {"Id": str(log.id), "Type": 1, "Action": log.action, "Message": log.message, "Date": log.at}
        for log in page_of(logs, call.query(), state.world.knobs.page_cap)
    ]
    return Reply(rows, total=len(logs))


SERVICE = "/v2/admin/finance/services/{serviceId}"
ROUTES = (
    Route("GET", "/v2/admin/finance/services/lookup", "services:view", look_up_services),
    Route("POST", "/v2/admin/finance/services/search", "services:view", search_services),
    Route("POST", f"{SERVICE}/relatedservices/search", "services:view", search_lines),
    Route("GET", f"{SERVICE}/backgroundjob", "services:view", background_job),
    Route("GET", "/v2/system/batchAction/logs/{jobId}", "services:view", job_logs),
)
