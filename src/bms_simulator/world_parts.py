"""A whole world as one value: what its JSON says, before it is indexed or after."""

from dataclasses import dataclass
from datetime import date

from bms_simulator.invoices import Invoice, Proration
from bms_simulator.knobs import Knobs
from bms_simulator.lines import Line
from bms_simulator.records import Account, Contract, Service, User


@dataclass(frozen=True, slots=True)
class WorldParts:
    knobs: Knobs
    today: date
    users: list[User]
    services: list[Service]
    accounts: list[Account]
    contracts: list[Contract]
    lines: list[Line]
    # (contract id, its proration)
    transactions: list[tuple[int, Proration]]
    invoices: list[Invoice]
    # Ids of removed lines are never given out again.
    last_line_id: int
