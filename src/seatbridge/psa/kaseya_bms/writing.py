"""What is sent to write units and prices, and what is made of the answer."""

from seatbridge.psa.errors import NotUnderstood, OutcomeUnknown, Retriable
from seatbridge.psa.kaseya_bms import calls
from seatbridge.psa.kaseya_bms.calls import Call
from seatbridge.psa.kaseya_bms.wire import Envelope, Row, day_start
from seatbridge.psa.records import LineAnswer, LineWrite, PriceWrite


def line_call(write: LineWrite) -> Call:
    """One element per call: of two, a rejected second would leave the first one written."""
    if write.units < 0:
        raise ValueError(f"Units from 0 up can be written, not {write.units}.")
    element = {
        "ServiceId": write.service_id,
        "ServiceName": write.name,
        "ServiceDescription": write.description,
        "Units": write.units,
        "UnitCost": write.unit_cost,
        "UnitPrice": write.unit_price,
        "EffectiveDate": day_start(write.effective_date),
        "SortOrder": 0,  # cannot be read, so it cannot be kept
    }
    return calls.post(calls.WRITE_LINE, write.contract_id, [element])


def line_answer(write: LineWrite, envelope: Envelope) -> LineAnswer:
    """The result is one object although the body is an array; an array of one is accepted too."""
    result = envelope.result
    if isinstance(result, list) and len(result) == 1:
        result = result[0]
    try:
        row = Row(result, "the written line")
        answer = LineAnswer(row.whole("Id"), row.optional_number("Units"), row.optional_day("EffectiveDate"))
        about = (
            row.optional_whole("ContractId") or write.contract_id,
            row.optional_whole("ServiceId") or write.service_id,
        )
    except NotUnderstood as strange:
        raise _unknown(strange.what) from None
    if answer.line_id <= 0 or about != (write.contract_id, write.service_id):
        raise _unknown("The answer speaks of another line than the one written.")
    return answer


def _unknown(why: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        "Kaseya BMS accepted a write, but its answer does not say what became of it.",
        why=why,
        fix="It is not sent again; a reading shows whether it took effect.",
    )


def prices_call(write: PriceWrite) -> Call:
    if not write.lines:
        # What an empty selection means there is not published; it might mean every line.
        raise ValueError("A price write needs at least one line.")
    selected = [
        {"ClientContractId": contract_id, "ClientContractServiceId": line_id}
        for contract_id, line_id in write.lines
    ]
    values = {
        "UnitPrice": write.unit_price,
        "UnitCost": write.unit_cost,
        "EffectiveDate": day_start(write.effective_date),
        "ServiceName": write.name,
        "ServiceDescription": write.description,
    }
    body = {"SelectedClientContractServices": selected, "Values": values}
    return calls.post(calls.WRITE_PRICES, write.service_id, body)


def job_runs_already(service_id: int) -> Retriable:
    return Retriable(
        f"A background job is already changing lines of the service {service_id} in Kaseya BMS.",
        why="BMS runs one such job per service, and a person may have started it.",
        fix="Nothing was sent. Try again when the job has ended.",
    )
