"""The only places that send a write to BMS. Each records how the call was answered, and judges nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from seatbridge.psa.errors import NeedsCredentials, OutcomeUnknown, PsaError, Rejected, Retriable
from seatbridge.psa.records import LineAnswer, LineWrite, PriceWrite
from seatbridge.sync.models import Owed, Write
from seatbridge.sync.running import Running


@dataclass(frozen=True, slots=True)
class Answered:
    """`how`: answered, rejected, lost (effect unknown) or not-sent (refused before any effect)."""

    how: str
    text: str = ""
    code: int | None = None
    line_id: int | None = None
    # Why nothing more can be sent at all: raised again once the answer is saved.
    abort: PsaError | None = None


def line_write_of(row: Write | Owed) -> LineWrite:
    """Raises ValueError where the units are not known: missing is not zero."""
    if row.units is None:
        raise ValueError(f"no units are known for service {row.service_id} of contract {row.contract_id}")
    return LineWrite(
        contract_id=row.contract_id,
        service_id=row.service_id,
        name=row.name,
        description=row.description,
        units=row.units,
        unit_cost=row.unit_cost,
        unit_price=row.unit_price,
        effective_date=row.effective_date,
    )


def send_line(running: Running, write: LineWrite) -> Answered:
    def call() -> LineAnswer:
        return running.bms.write_line(write)

    return _send(running, call)


def send_prices(running: Running, write: PriceWrite) -> Answered:
    """Start the bulk job; the caller waits for it (answered or not) and then reads."""

    def call() -> None:
        running.bms.write_prices(write)

    return _send(running, call)


def _send(running: Running, call: Callable[[], LineAnswer | None]) -> Answered:
    running.at("before-call")
    try:
        answer = call()
    except Rejected as refusal:
        # A person needs Kaseya's own words; which call it was, the ledger knows.
        answered = Answered("rejected", refusal.why or refusal.what, refusal.code)
    except OutcomeUnknown as lost:
        answered = Answered("lost", f"{lost}")
    except (Retriable, NeedsCredentials) as unsent:
        answered = Answered("not-sent", f"{unsent}", abort=unsent)
    else:
        answered = Answered("answered", line_id=None if answer is None else answer.line_id)
    running.at("after-call")
    return answered
