"""Renewals as people decide on them: beside each contract its lines as last planned, and units as cloned."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from seatbridge.integrations.models import Integration
from seatbridge.mappings.importing import Asking
from seatbridge.mappings.models import Renewal
from seatbridge.mappings.renewing.accepting import Choice, RenewalRefused, accept_successors
from seatbridge.mappings.renewing.listing import Ending, ending_contracts, only_one
from seatbridge.mappings.searching import ENDS_SOON
from seatbridge.reconcile.facts import Key
from seatbridge.reconcile.money import cents, per_month
from seatbridge.reconcile.periods import cycle_of
from seatbridge.sync.instructions import stopping_with_contract
from seatbridge.sync.shown.current import standing_of
from seatbridge.sync.shown.shown_lines import ShownLine
from seatbridge.sync.stated.confirming import keep_units

MOVED = "These contracts are not as they were shown any more. Nothing was accepted. Look again."


@dataclass(frozen=True, slots=True)
class RenewedLine:
    """`before`: units as last known on the old contract, from which the clone was made some day."""

    service_id: int
    product: str
    before: int | None
    count: int | None
    stands: int | None  # on the old contract, with what was written
    price: Decimal | None  # on the old contract
    new_price: Decimal | None  # on the successor


@dataclass(frozen=True, slots=True)
class RenewalRow:
    ending: Ending
    lines: tuple[RenewedLine, ...]
    currency: str

    @property
    def monthly(self) -> Decimal | None:
        """What stands on it a month: what is at stake. None where the units are not known anywhere."""
        cycle = cycle_of(self.ending.contract.billing_cycle)
        units = [(line.count if line.stands is None else line.stands, line.price) for line in self.lines]
        known = [(number, price) for number, price in units if number is not None and price is not None]
        if cycle is None or not known:
            return None
        return cents(sum((per_month(number, price, cycle) for number, price in known), Decimal(0)))

    @property
    def seal(self) -> str:
        """Of what its acceptance approves: the successor, and what will be written there first."""
        successor = self.ending.successor
        what = (self.ending.contract.id, successor and successor.id, self.lines)
        return hashlib.sha256(repr(what).encode()).hexdigest()[:32]

    @property
    def shows_first_write(self) -> bool:
        return bool(self.lines) and all(line.count is not None for line in self.lines)


@dataclass(frozen=True, slots=True)
class Wish:
    """`seal`: of the row as shown; empty: its first write waits. `units`: as cloned, by service."""

    contract_id: int
    successor_id: int
    seal: str = ""
    units: Mapping[int, int] | None = None


def renewals(
    integration: Integration,
    today: date,
    *,
    within: timedelta = ENDS_SOON,
    only: Collection[int] | None = None,
) -> list[Ending]:
    """The next to end first."""
    stopping = stopping_with_contract(integration)
    return ending_contracts(integration, today, within=within, stopping=stopping, only=only)


def with_lines(integration: Integration, endings: Sequence[Ending]) -> list[RenewalRow]:
    """Beside each its lines of the newest plan."""
    by_contract: dict[int, dict[int, ShownLine]] = {each.contract.id: {} for each in endings}
    for line in standing_of(integration).plan.lines:
        if line.contract_id in by_contract and line.service_id is not None:
            by_contract[line.contract_id].setdefault(line.service_id, line)
    return [
        RenewalRow(
            each,
            tuple(_line(each, line) for _, line in sorted(by_contract[each.contract.id].items())),
            integration.currency,
        )
        for each in endings
    ]


def _line(ending: Ending, line: ShownLine) -> RenewedLine:
    service_id, successor = line.service_id or 0, ending.successor
    new = None if successor is None else ending.prices(successor.id).get(service_id)
    return RenewedLine(service_id, line.product, line.before, line.after, line.stands, line.price, new)


def accept_renewals(integration: Integration, wishes: Sequence[Wish], asking: Asking) -> list[Renewal]:
    """All of them or none. Raises RenewalRefused. Changes start from the units confirmed."""
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        only = [wish.contract_id for wish in wishes]
        endings = renewals(integration, asking.today, within=ENDS_SOON * 6, only=only)
        rows = {row.ending.contract.id: row for row in with_lines(integration, endings)}
        choices = [_choice(wish, rows.get(wish.contract_id)) for wish in wishes]
        accepted = accept_successors(
            integration, choices, today=asking.today, actor=asking.actor, now=asking.now
        )
        keep_units(integration, _stated(wishes, rows), asking)
    return accepted


def _choice(wish: Wish, row: RenewalRow | None) -> Choice:
    if row is not None and wish.seal and wish.seal != row.seal:
        raise RenewalRefused(MOVED)
    shown = bool(wish.seal) and row is not None and row.shows_first_write
    return Choice(wish.contract_id, wish.successor_id, first_write_shown=shown)


def _stated(wishes: Sequence[Wish], rows: Mapping[int, RenewalRow]) -> dict[Key, int]:
    stated: dict[Key, int] = {}
    for wish in wishes:
        carried = (
            {line.service_id for line in rows[wish.contract_id].lines} if wish.contract_id in rows else set()
        )
        for service_id, units in (wish.units or {}).items():
            if service_id not in carried:
                raise RenewalRefused(f"Contract {wish.contract_id} has no line of service {service_id}.")
            stated[wish.successor_id, service_id] = units
    return stated


def accept_every_certain(
    integration: Integration, seal: str, asking: Asking, *, take_units: bool
) -> list[Renewal]:
    """Each contract with exactly one successor, as `seal` saw them; first writes still wait.

    `take_units`: the units last known on the old contracts are those of their clones.
    """
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        rows = with_lines(integration, only_one(renewals(integration, asking.today)))
        if seal != seal_of_all(rows):
            raise RenewalRefused(MOVED)
        return accept_renewals(integration, [_certain(row, take_units=take_units) for row in rows], asking)


def seal_of_all(rows: Sequence[RenewalRow]) -> str:
    return hashlib.sha256(repr([row.seal for row in rows]).encode()).hexdigest()[:32]


def _certain(row: RenewalRow, *, take_units: bool) -> Wish:
    units = {line.service_id: line.before for line in row.lines if line.before is not None}
    successor = row.ending.successor
    return Wish(
        row.ending.contract.id, 0 if successor is None else successor.id, "", units if take_units else {}
    )
