"""Unfinished lines: touched in BMS and not brought to their end; a person says what becomes of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from seatbridge.catalog.models import SeenContract
from seatbridge.integrations.clocks import billing_now, clock
from seatbridge.integrations.connecting import connected
from seatbridge.integrations.models import Integration
from seatbridge.partners.access import Access
from seatbridge.partners.roles import Right
from seatbridge.psa.errors import PsaError
from seatbridge.reconcile.words import amount, day, either_unknown
from seatbridge.sync.models import Owed
from seatbridge.sync.shown.standing import open_owed
from seatbridge.sync.stated.answering import AnsweredBefore, NotOffered, OwedChoice, answer_owed, choices_of
from seatbridge.sync.stated.owed_day import OwedNotNow, open_day
from seatbridge.usage.models import Company
from seatbridge.web.changes.rows import PRODUCTS
from seatbridge.web.integrations.asked import asked_integration

ANSWERED = "That line was answered already: nothing more was done."
NOT_OFFERED = "That answer does not fit this line any more: look at it again, and choose anew."
SAID = {
    OwedChoice.FINISH: "The next sync brings it to its end.",
    OwedChoice.RESTORE: "The next sync puts the line's price back. Correct the invoice if it was posted.",
    OwedChoice.LEAVE: "It is left as it stands in BMS: put it right there by hand, then confirm its units.",
}


@dataclass(frozen=True, slots=True)
class OwedRow:
    owed: Owed
    whose: str  # companies and products
    what: str
    where: str  # in BMS
    choices: list[tuple[str, str]]  # value and words, the most likely first


@require_POST
def answer(request: HttpRequest, number: int, owed_id: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.APPROVE)
    owed = access.one(Owed, pk=owed_id, integration=integration)
    wanted = request.POST.get("choice", "")
    if not owed.waits_for_person or owed.phase == Owed.Phase.SETTLED:
        messages.info(request, ANSWERED)
    elif wanted not in list(OwedChoice):
        messages.error(request, "Choose what becomes of the line.")
    elif wanted not in choices_of(owed):
        messages.error(request, NOT_OFFERED)
    else:
        _answer(request, owed, OwedChoice(wanted), access.actor)
    return redirect(f"/integrations/{integration.pk}/#owed")


def _answer(request: HttpRequest, owed: Owed, choice: OwedChoice, actor: str) -> None:
    try:
        leaves = choice is OwedChoice.LEAVE
        since = owed.effective_date if leaves else open_day(owed, connected, billing_now(owed.integration))
    except OwedNotNow as not_now:
        messages.error(request, f"{not_now.what} {not_now.why}".strip())
    except PsaError as error:
        messages.error(request, f"{error.what} {error.fix}".strip())
    else:
        try:
            answer_owed(owed, choice, from_date=since, actor=actor, now=clock().now(), must_wait=True)
        except AnsweredBefore:
            messages.info(request, ANSWERED)
        except NotOffered:
            messages.error(request, NOT_OFFERED)
        else:
            messages.success(request, SAID[choice])


def owed_rows(access: Access, integration: Integration) -> list[OwedRow]:
    found = list(open_owed(integration))
    if not found:
        return []
    refs = {ref for owed in found for ref, _ in owed.members}
    names = dict(access.scoped(Company).filter(ref__in=refs).values_list("ref", "name"))
    seen = access.scoped(SeenContract).filter(
        integration=integration, contract_id__in={row.contract_id for row in found}
    )
    contracts = dict(seen.values_list("contract_id", "name"))
    return [_row(owed, names, contracts.get(owed.contract_id, f"{owed.contract_id}")) for owed in found]


def _row(owed: Owed, names: Mapping[str, str], contract: str) -> OwedRow:
    companies = list(dict.fromkeys(names.get(ref, ref) for ref, _ in owed.members))
    products = list(dict.fromkeys(PRODUCTS.get(product, product) for _, product in owed.members))
    return OwedRow(
        owed=owed,
        whose=", ".join([*companies, *products]) or contract,
        what=_what(owed),
        where=f"Contract {contract}, line {owed.line_id}",
        choices=[(choice.value, _words(owed, choice)) for choice in choices_of(owed)],
    )


def _what(owed: Owed) -> str:
    price = amount(owed.unit_price, owed.integration.currency)
    if owed.purpose == Owed.Purpose.DOUBLED:
        return f"line {owed.line_id} at {price} a unit is to be priced to 0; another one carries the units"
    if owed.phase == Owed.Phase.RESTORING:
        return f"its price of {price} is to be put back"
    if owed.phase == Owed.Phase.RETURNING:
        return f"its date moved; it had {either_unknown(owed.units)} units from {day(owed.effective_date)}"
    return f"{either_unknown(owed.units_before)} → {either_unknown(owed.units)} units at {price}"


def _words(owed: Owed, choice: OwedChoice) -> str:
    if choice is OwedChoice.LEAVE:
        return "Leave it as it is in BMS"
    if choice is OwedChoice.RESTORE:
        return f"Put the price of {amount(owed.unit_price, owed.integration.currency)} back"
    if owed.purpose == Owed.Purpose.DOUBLED:
        return f"Price line {owed.line_id} to 0"
    if owed.phase == Owed.Phase.RETURNING:
        return f"Put {either_unknown(owed.units)} units back"
    return f"Write {either_unknown(owed.units)} units"
