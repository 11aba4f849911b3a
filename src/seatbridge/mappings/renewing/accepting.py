"""A person accepts the contract that follows one that ends: one, several, or every one that is certain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from seatbridge.integrations.calendars import AS_ALL_OTHERS, billing_calendar, set_terms
from seatbridge.integrations.models import Integration
from seatbridge.mappings.models import Renewal
from seatbridge.mappings.renewing.listing import Ending, Followed, ending_contracts
from seatbridge.mappings.renewing.taking import take_into_force, tell
from seatbridge.mappings.searching import ENDS_SOON
from seatbridge.reconcile.words import day


class RenewalRefused(ValueError):
    """Nothing was accepted. Carries a sentence."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`first_write_shown`: what it will write was shown, so that its acceptance approves it."""

    contract_id: int
    successor_id: int
    first_write_shown: bool = False


def accept_successors(
    integration: Integration, choices: Sequence[Choice], *, today: date, actor: str, now: datetime
) -> list[Renewal]:
    """All of them or none. One whose old contract is over takes force at once. Raises RenewalRefused.

    The calendar's word on the old contract holds for its clone too, unless something was said of that.
    """
    if len({each.contract_id for each in choices}) < len(choices):
        raise RenewalRefused("A contract is named twice.")
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        only = [each.contract_id for each in choices]
        found = {
            each.contract.id: each
            for each in ending_contracts(integration, today, within=ENDS_SOON * 6, only=only)
        }
        rows = [_accept(integration, each, found.get(each.contract_id), actor, now) for each in choices]
        _carry_terms_over(integration, rows, actor)
        contracts = {
            each.id: each
            for ending in found.values()
            for each in (ending.contract, *ending.followers.fitting)
        }
        chosen = {row.contract_id for row in rows}
        take_into_force(integration, contracts, today=today, actor=actor, now=now, only=chosen)
        return rows


def _accept(
    integration: Integration, choice: Choice, ending: Ending | None, actor: str, now: datetime
) -> Renewal:
    if ending is None:
        raise RenewalRefused(
            f"Contract {choice.contract_id} does not end soon any more, or bills no company. Look again."
        )
    name = ending.contract.name
    if ending.followed is Followed.ACCEPTED:
        raise RenewalRefused(f"A successor of {name} is accepted already.")
    successor = next((each for each in ending.followers.fitting if each.id == choice.successor_id), None)
    if successor is None or ending.contract.end is None:
        raise RenewalRefused(
            f"Contract {choice.successor_id} does not follow {name}: it has to be of the same account, carry "
            "the same services and begin on the day after. Look again."
        )
    # One that the next sync would find void makes room.
    Renewal.objects.filter(
        integration=integration, contract_id=ending.contract.id, state=Renewal.State.OPEN
    ).update(state=Renewal.State.VOID, why="another one was accepted", closed_at=now)
    row = Renewal.objects.create(
        integration=integration,
        contract_id=ending.contract.id,
        successor_id=successor.id,
        ends_on=ending.contract.end,
        starts_on=successor.start,
        first_write_approved=choice.first_write_shown,
        accepted_by=actor,
        accepted_at=now,
    )
    tell(
        row,
        "renewal.accepted",
        actor,
        now,
        companies=[ref for ref, _ in ending.companies],
        first_write="approved" if choice.first_write_shown else "",
        names=[name, successor.name],
        evidence=f"same account, same services, {day(row.ends_on)} and {day(row.starts_on)} adjoin",
    )
    return row


def _carry_terms_over(integration: Integration, rows: Sequence[Renewal], actor: str) -> None:
    stated = billing_calendar(integration).contracts
    wanted = {
        row.successor_id: stated[row.contract_id]
        for row in rows
        if row.contract_id in stated and stated.get(row.successor_id, AS_ALL_OTHERS) == AS_ALL_OTHERS
    }
    if wanted:
        set_terms(integration, wanted, actor=actor)
