"""Everything that a pretend BMS holds, indexed so that a page of 10,000 contracts stays quick."""

from bisect import insort
from collections import defaultdict
from datetime import date
from typing import Any, Self

from bms_simulator import world_reading, world_writing
from bms_simulator.invoices import Invoice, Proration
from bms_simulator.knobs import Knobs
from bms_simulator.lines import Line
from bms_simulator.records import Account, Contract, Service, User
from bms_simulator.world_parts import WorldParts


class World:
    """The stored state. Change lines and contracts through its methods only: they keep the indexes true."""

    def __init__(self, knobs: Knobs, today: date) -> None:
        self.knobs = knobs
        self.today = today
        self.users: dict[str, User] = {}
        self.services: dict[int, Service] = {}
        self.accounts: dict[int, Account] = {}
        self.contracts: dict[int, Contract] = {}
        self.lines: dict[int, Line] = {}
        self.line_ids_of_service: dict[int, list[int]] = defaultdict(list)
        self.line_ids_of_contract: dict[int, list[int]] = defaultdict(list)
        # Corrections of posted periods, waiting for the contract's next invoice.
        self.transactions: dict[int, list[Proration]] = defaultdict(list)
        self.invoices: list[Invoice] = []
        self.last_line_id = 0
        self.last_contract_id = 0
        self.last_invoice_id = 0
        self.last_invoice_line_id = 0

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Raise BadInputError, naming the place, for a world that cannot be."""
        parts = world_reading.read_world(value)
        world = cls(parts.knobs, parts.today)
        world.users = {user.username.casefold(): user for user in parts.users}
        world.services = {service.id: service for service in parts.services}
        world.accounts = {account.id: account for account in parts.accounts}
        for contract in parts.contracts:
            world.put_contract(contract)
        for line in parts.lines:
            world.put_line(line)
        for contract_id, proration in parts.transactions:
            world.transactions[contract_id].append(proration)
        for invoice in parts.invoices:
            world.put_invoice(invoice)
        world.last_line_id = max(world.last_line_id, parts.last_line_id)
        return world

    def to_json(self) -> dict[str, Any]:
        """Complete: reading it back gives the same world."""
        return world_writing.write_world(
            WorldParts(
                knobs=self.knobs,
                today=self.today,
                users=list(self.users.values()),
                services=list(self.services.values()),
                accounts=list(self.accounts.values()),
                contracts=list(self.contracts.values()),
                lines=list(self.lines.values()),
                transactions=[(key, item) for key, items in self.transactions.items() for item in items],
                invoices=self.invoices,
                last_line_id=self.last_line_id,
            )
        )

    def put_contract(self, contract: Contract) -> None:
        self.contracts[contract.id] = contract
        self.last_contract_id = max(self.last_contract_id, contract.id)

    def remove_contract(self, contract_id: int) -> None:
        """Remove the contract with all its lines and what it was still to be billed."""
        for line_id in list(self.line_ids_of_contract[contract_id]):
            self.remove_line(line_id)
        self.transactions.pop(contract_id, None)
        del self.contracts[contract_id]

    def put_line(self, line: Line) -> None:
        if line.id not in self.lines:
            insort(self.line_ids_of_service[line.service_id], line.id)
            insort(self.line_ids_of_contract[line.contract_id], line.id)
        self.lines[line.id] = line
        self.last_line_id = max(self.last_line_id, line.id)

    def remove_line(self, line_id: int) -> None:
        line = self.lines.pop(line_id)
        self.line_ids_of_service[line.service_id].remove(line_id)
        self.line_ids_of_contract[line.contract_id].remove(line_id)

    def put_invoice(self, invoice: Invoice) -> None:
        self.invoices.append(invoice)
        self.last_invoice_id = max(self.last_invoice_id, invoice.id)
        self.last_invoice_line_id = max([self.last_invoice_line_id, *(line.id for line in invoice.lines)])

    def lines_of_contract(self, contract_id: int) -> list[Line]:
        return [self.lines[line_id] for line_id in self.line_ids_of_contract[contract_id]]

    def lines_of_service_on(self, contract_id: int, service_id: int) -> list[Line]:
        return [line for line in self.lines_of_contract(contract_id) if line.service_id == service_id]
