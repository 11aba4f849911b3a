"""What a PSA tells us, free of any vendor's wire: the only shapes that leave a PSA client.

Units are whole numbers, money is Decimal in the BMS company's currency, dates are a contract's calendar days.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Account:
    id: int
    name: str
    is_active: bool


class Contract(NamedTuple):
    """One row of the contracts summary. It carries no account id: a line of the contract does."""

    id: int
    name: str
    account_name: str
    type: str  # the vendor's own word, e.g. "Recurring Services"
    status: str  # the vendor's own word, e.g. "Active"
    billing_cycle: str  # the vendor's own word, e.g. "Monthly"
    billing_price: Decimal  # the total of ALL lines, also of those that we do not map
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class ContractChoice:
    """A contract as an account's contract picker lists it."""

    id: int
    name: str
    is_active: bool
    end: date | None


@dataclass(frozen=True, slots=True)
class Service:
    id: int
    name: str
    description: str
    unit_cost: Decimal
    unit_price: Decimal
    is_active: bool


class Line(NamedTuple):
    """One recurring service on one contract."""

    id: int
    contract_id: int
    service_id: int
    account_id: int
    name: str
    description: str
    effective_date: date
    unit_cost: Decimal
    unit_price: Decimal
    excluded_from_bulk: bool
    units: int | None  # not in the published document; used where a live answer carries it


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    invoice_id: int | None
    contract_id: int
    name: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    value_date: date | None


@dataclass(frozen=True, slots=True)
class InvoiceHead:
    """An invoice as a whole; its lines name it by `id`."""

    id: int
    on: date | None  # its date


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who BMS says we are."""

    user: str
    business_name: str
    time_zone: str | None
    currency: str | None
    is_admin: bool


@dataclass(frozen=True, slots=True)
class LineWrite:
    """What one POST of a service carries. Everything is sent: an omitted number may become 0."""

    contract_id: int
    service_id: int
    name: str
    description: str
    units: int
    unit_cost: Decimal
    unit_price: Decimal
    effective_date: date


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What the PSA answered to a LineWrite. It is a claim: only a later reading is believed."""

    line_id: int
    units: Decimal | None
    effective_date: date | None


@dataclass(frozen=True, slots=True)
class PriceWrite:
    """One bulk update of lines of one service. None leaves a text as it is; prices are always sent."""

    service_id: int
    lines: tuple[tuple[int, int], ...]  # (contract id, line id)
    unit_price: Decimal
    unit_cost: Decimal
    effective_date: date
    name: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One observation: all contracts, all lines of the services asked for, when it began and ended."""

    contracts: dict[int, Contract]
    lines: tuple[Line, ...]
    began: datetime
    ended: datetime
