"""What a pretend BMS keeps beside its lines: users, services, accounts, contracts."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

RIGHTS = (
    "accounts:view",
    "contracts:view",
    "contracts:modify",
    "services:view",
    "services:modify",
    "invoices:view",
)


@dataclass(frozen=True, slots=True)
class User:
    """`kind` mfa must bring `mfa_code`, or the code that `totp_secret` gives at that moment."""

    id: int
    username: str
    password: str
    kind: str = "api"
    mfa_code: str | None = None
    totp_secret: str | None = None
    rights: frozenset[str] = frozenset(RIGHTS)


@dataclass(frozen=True, slots=True)
class Service:
    id: int
    name: str
    description: str
    unit_cost: Decimal
    unit_price: Decimal
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Account:
    id: int
    name: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Contract:
    """`end` is the last day inside. `issue_on` and `fiscal` are never shown on the vendor's wire."""

    id: int
    account_id: int
    name: str
    type: str
    status: str
    billing_cycle: str
    start: date
    end: date
    issue_on: str
    fiscal: bool
    # Every period that begins before this day is posted.
    posted_until: date
    # The partner posts this one on a day of the month of its own.
    posts_on: int | None = None

    @property
    def is_active(self) -> bool:
        return self.status.strip().casefold() == "active"

    @property
    def is_recurring(self) -> bool:
        return self.type.strip().casefold() == "recurring services"
