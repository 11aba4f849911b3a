"""The billing calendar set as a whole, with the contracts that do otherwise: all of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from seatbridge.integrations.calendars import AS_ALL_OTHERS, billing_calendar, set_calendar, set_terms
from seatbridge.integrations.models import Integration
from seatbridge.mappings.catalog_age import OpenBms, known_contracts
from seatbridge.reconcile.calendar import ContractTerms


@dataclass(frozen=True, slots=True)
class WholeCalendar:
    """`contracts` None: those that do otherwise stay as they are. Days are 1 to 31."""

    start_posts_on: int
    end_posts_on: int
    default: str
    fiscal: bool
    freeze_until: time | None = None
    contracts: Mapping[int, ContractTerms] | None = None


class UnknownContracts(ValueError):
    """`ids`: BMS has no such contracts."""

    def __init__(self, ids: list[int]) -> None:
        super().__init__(f"BMS has no contract {', '.join(map(str, ids))}.")
        self.ids = ids


def set_whole_calendar(
    integration: Integration, wanted: WholeCalendar, open_bms: OpenBms, *, actor: str, now: datetime
) -> None:
    """Raises UnknownContracts for one that is named for the first time; PsaError where BMS had to be read."""
    stands = billing_calendar(integration).contracts
    terms = stands if wanted.contracts is None else wanted.contracts
    fresh = [contract_id for contract_id in terms if contract_id not in stands]
    known = known_contracts(integration, fresh, open_bms, now)
    unknown = [contract_id for contract_id in fresh if contract_id not in known]
    if unknown:
        raise UnknownContracts(unknown)
    with transaction.atomic():
        set_calendar(
            integration,
            actor=actor,
            start_posts_on=wanted.start_posts_on,
            end_posts_on=wanted.end_posts_on,
            default=wanted.default,
            fiscal=wanted.fiscal,
            freeze_until=wanted.freeze_until,
        )
        set_terms(
            integration, {each: terms.get(each, AS_ALL_OTHERS) for each in {*stands, *terms}}, actor=actor
        )
