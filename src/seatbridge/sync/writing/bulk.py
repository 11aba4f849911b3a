"""Bulk price updates: asynchronous, one job per service, shared with people in BMS (writing.md)."""

from collections.abc import Iterable

from seatbridge.psa.records import PriceWrite
from seatbridge.sync.models import Owed, Write
from seatbridge.sync.running import Running
from seatbridge.sync.writing.calls import Answered, send_prices


def run_bulk(running: Running, write: PriceWrite) -> Answered:
    """Send one bulk update and wait until its job is gone, whether the call was answered or not."""
    answered = send_prices(running, write)
    if answered.how != "not-sent":
        running.at("before-job")
        running.bms.wait_for_job(write.service_id)
        running.at("after-job")
    return answered


def zeroing_of(rows: Iterable[Owed]) -> PriceWrite:
    """One bulk update that prices several lines of one service to 0, with one date and one name."""
    lines = list(rows)
    first = lines[0]
    return PriceWrite(
        service_id=first.service_id,
        lines=tuple((row.contract_id, row.line_id) for row in lines),
        unit_price=first.unit_price * 0,
        unit_cost=first.unit_cost * 0,
        effective_date=first.effective_date,
        name=first.zero_name,
    )


def pricing_of(row: Write | Owed) -> PriceWrite:
    """One line's price, cost and name, as the row says."""
    return PriceWrite(
        service_id=row.service_id,
        lines=((row.contract_id, row.line_id),),
        unit_price=row.unit_price,
        unit_cost=row.unit_cost,
        effective_date=row.effective_date,
        name=row.name if isinstance(row, Owed) else None,
        description=None,
    )
