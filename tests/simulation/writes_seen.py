"""The vendor writes that BMS received, by the lines that they speak of."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import httpx

from bms_simulator.simulator import Simulator
from bms_simulator.writes import Write
from tests.simulation.truth import Key

POST = "POST /v2/finance/contracts/recurringservices/{contractId}/services"
BULK = "POST /v2/admin/finance/services/{serviceId}/relatedservices/bulkupdate"


@dataclass(frozen=True, slots=True)
class Part:
    """One line's part of a write. `units` None: a price alone; `line_id` None: BMS chose the line."""

    write: Write
    key: Key
    line_id: int | None
    units: int | None
    price: Decimal
    cost: Decimal
    name: str | None
    since: date

    def __str__(self) -> str:
        units = "a price" if self.units is None else f"{self.units} units at"
        return f"write {self.write.seq}: {units} {self.price} from {self.since} on {self.key}"


def parts_of(write: Write) -> Iterator[Part]:
    if write.endpoint == POST:
        for row in write.body:
            yield Part(
                write=write,
                key=(int(write.contract_id or 0), row["ServiceId"]),
                line_id=None,
                units=row["Units"],
                price=Decimal(str(row["UnitPrice"])),
                cost=Decimal(str(row["UnitCost"])),
                name=row["ServiceName"],
                since=date.fromisoformat(row["EffectiveDate"][:10]),
            )
        return
    values: dict[str, Any] = write.body["Values"]
    for row in write.body["SelectedClientContractServices"]:
        yield Part(
            write=write,
            key=(row["ClientContractId"], int(write.service_id or 0)),
            line_id=row["ClientContractServiceId"],
            units=None,
            price=Decimal(str(values["UnitPrice"])),
            cost=Decimal(str(values["UnitCost"])),
            name=values["ServiceName"],
            since=date.fromisoformat(values["EffectiveDate"][:10]),
        )


def keys_of(request: httpx.Request) -> set[Key]:
    """Which lines a write speaks of, on its way."""
    body: Any = json.loads(request.content)
    number = int(request.url.path.rsplit("/", 3)[-3 if "bulkupdate" in request.url.path else -2])
    if isinstance(body, list):
        return {(number, row["ServiceId"]) for row in body}
    return {(row["ClientContractId"], number) for row in body["SelectedClientContractServices"]}


class WritesSeen:
    """Keeps count as the history goes on."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.parts: list[Part] = []
        self._read = 0
        self.by_key: Counter[Key] = Counter()

    def catch_up(self) -> list[Part]:
        """The parts of the writes that came since the last look."""
        writes = self._simulator.writes
        fresh = [part for write in writes[self._read :] for part in parts_of(write)]
        self._read = len(writes)
        self.parts += fresh
        self.by_key.update(part.key for part in fresh)
        return fresh
