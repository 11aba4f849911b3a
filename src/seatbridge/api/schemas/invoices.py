from datetime import date
from typing import Literal

from ninja import Schema
from pydantic import Field

from seatbridge.api.values import Instant, Money

Outcome = Literal["on-invoice", "not-on-invoice", "other-quantity", "cannot-tell"]


class InvoiceException(Schema):
    """`money`: invoiced too much, or too little, without prorations."""

    contract_id: int
    contract: str
    line: str = Field(description="Its name on the invoice")
    companies: list[str] = Field(description="Refs")
    expected: list[int | None] = Field(
        description="Units on contract, for each posted period; null: not known"
    )
    invoiced: list[int] = Field(description="Quantities of full-period lines")
    prorations: list[Money] = Field(description="Sums of lines that are part of a period")
    outcome: Outcome
    money: Money


class InvoiceCheckOut(Schema):
    """Of the contracts that are issued at the start, or at the end, of their cycle."""

    posted_on: date
    issue_on: Literal["start", "end"]
    checked_at: Instant
    on_invoice: int
    not_on_invoice: int
    other_quantity: int
    cannot_tell: int = Field(description="What stood on contract, or what the invoice bills, is not known")
    proration_line: int
    money: Money = Field(description="Invoiced too much, or too little, prorations with it")
    exceptions: list[InvoiceException] = Field(description="The most money first")


class InvoiceChecksOut(Schema):
    checks: list[InvoiceCheckOut] = Field(description="The newest of each kind of contract; empty: none yet")
