"""Post periods into invoices, and let days pass."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bms_simulator.billing import full_amount, prorations_in
from bms_simulator.invoices import Invoice, InvoiceLine, Proration
from bms_simulator.lines import Line, terms_on, with_terms
from bms_simulator.periods import ONE_DAY, Period
from bms_simulator.posting import is_posting_day, periods_posted_on
from bms_simulator.records import Contract
from bms_simulator.world import World

PRICE_PARTS = Decimal("0.0001")


def post(world: World, day: date, is_meant: Callable[[Contract], bool]) -> list[Invoice]:
    """Post, as of `day`, every active contract that is meant; the new invoices."""
    made: list[Invoice] = []
    for contract in list(world.contracts.values()):
        if contract.is_active and is_meant(contract):
            periods = list(periods_posted_on(contract, world.knobs, day))
            if periods:
                made += _invoices(world, contract, periods, day)
                world.put_contract(replace(contract, posted_until=periods[-1].end))
    return made


def _invoices(world: World, contract: Contract, periods: list[Period], day: date) -> Iterator[Invoice]:
    """One invoice for the contract, or none.

    Corrections of earlier periods ride on it. An invoice cannot be a single negative line: a credit that
    would stand alone goes on waiting.
    """
    lines = tuple(_invoice_lines(world, contract, periods))
    if not lines or (len(lines) == 1 and lines[0].total_price < 0):
        return
    invoice = Invoice(
        id=world.last_invoice_id + 1,
        number=f"INV-{world.last_invoice_id + 1:05d}",
        account_id=contract.account_id,
        invoice_date=day,
        first_day=periods[0].start,
        last_day=periods[-1].last_day,
        lines=lines,
    )
    world.put_invoice(invoice)
    world.transactions.pop(contract.id, None)
    yield invoice


def _invoice_lines(world: World, contract: Contract, periods: list[Period]) -> Iterator[InvoiceLine]:
    number = world.last_invoice_line_id
    for line in world.lines_of_contract(contract.id):
        for period in periods:
            for made in _period_lines(line, period):
                number += 1
                yield replace(made, id=number)
    for proration in world.transactions.get(contract.id, ()):
        number += 1
        yield replace(_proration_line(contract.id, proration), id=number)


def _period_lines(line: Line, period: Period) -> Iterator[InvoiceLine]:
    """The units in force on the period's first day, then a prorated part for each change inside it."""
    terms = terms_on(line, period.start)
    if terms is not None and terms.units:
        yield InvoiceLine(
            id=0,
            contract_id=line.contract_id,
            line_id=line.id,
            name=terms.name,
            description=terms.description,
            qty=Decimal(terms.units),
            unit_price=(terms.unit_price * period.share).quantize(PRICE_PARTS),
            total_price=full_amount(terms, period),
            value_date=period.start,
            kind="full",
        )
    for proration in prorations_in(line, period):
        yield _proration_line(line.contract_id, proration)


def _proration_line(contract_id: int, proration: Proration) -> InvoiceLine:
    return InvoiceLine(
        id=0,
        contract_id=contract_id,
        line_id=proration.line_id,
        name=proration.name,
        description=f"Prorated {proration.since.isoformat()} to {(proration.until - ONE_DAY).isoformat()}",
        qty=Decimal(proration.units),
        unit_price=proration.unit_price,
        total_price=proration.amount,
        value_date=proration.since,
        kind="proration",
    )


def advance(world: World, day: date) -> list[Invoice]:
    """Let days pass until it is `day`. A posting day is posted when it is over; `day` itself is not."""
    made: list[Invoice] = []
    while world.today < day:
        made += post(world, world.today, lambda each: is_posting_day(each, world.knobs, world.today))
        world.today += ONE_DAY
        _count_by_itself(world)
    return made


def _count_by_itself(world: World) -> None:
    # BMS's nightly jobs rewrite the lines that it counts itself (agents, devices, contacts).
    for line in list(world.lines.values()):
        if not line.automatic:
            continue
        terms = terms_on(line, world.today)
        if terms is not None and terms.units != line.counted:
            counted = replace(terms, since=world.today, units=line.counted)
            world.put_line(with_terms(line, counted, world.today))
