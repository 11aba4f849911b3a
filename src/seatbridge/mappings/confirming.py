"""A person confirms one mapping: what they were shown of its first write is approved with it."""

from dataclasses import dataclass
from datetime import date, datetime

from seatbridge.integrations.models import Integration
from seatbridge.mappings.checking import check_place, choices_for
from seatbridge.mappings.choosing import companies_on, first_write
from seatbridge.mappings.editing import ChangedMeanwhile, set_company_mapping
from seatbridge.mappings.models import CompanyMapping
from seatbridge.mappings.reviewing import why_past
from seatbridge.usage import cells
from seatbridge.usage.models import Company

NO_CONTRACT = "A mapping cannot be saved without a contract: choose the contract to bill the company on."
NO_ACCOUNT = "Choose the account in BMS first, then one of its contracts."
MOVED = "The counts have moved since this was shown. Look at the units of the first write again, then save."


class MappingRefused(ValueError):
    """`field`: account_id, contract_id, reason, review_on, or empty."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Moments:
    """`now` real; `billing_now` in the partner's zone."""

    now: datetime
    billing_now: datetime

    @property
    def today(self) -> date:
        return self.billing_now.date()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`approved`: the first write needs no other approval. `notes`: what a person should know."""

    changed: bool
    approved: bool
    notes: tuple[str, ...]


def checked_reason(typed: str) -> str:
    """Why a company is not billed, as in a file of mappings: it goes out with one. Raises MappingRefused."""
    try:
        return cells.text(200, required=True)(typed)
    except cells.CellRefused as refused:
        raise MappingRefused("reason", f"The reason {refused}") from refused


def check_review(integration: Integration, company: Company, review_on: date | None, today: date) -> None:
    """Raises MappingRefused where the day is past, unless the company is excluded until that day already."""
    rows = CompanyMapping.objects.filter(integration=integration, company=company)
    former = rows.values_list("review_on", flat=True).first()
    if past := why_past(review_on, former, today):
        raise MappingRefused("review_on", f"The day of the review {past}")


def confirm_mapping(  # noqa: PLR0913 - what was chosen, what was shown, who, and when
    integration: Integration,
    company: Company,
    account_id: int | None,
    contract_id: int | None,
    *,
    seen: str,
    actor: str,
    at: Moments,
    was: str | None = None,
) -> Confirmed:
    """`seen`: the seal of the first write that the person was shown; empty: none was, and it will wait.
    `was`: that of the mapping as it stood then.

    Raises MappingRefused. Where several companies share the contract its first write is a sum that nobody was
    shown here: it waits as well.
    """
    if account_id is None:
        raise MappingRefused("account_id", NO_ACCOUNT)
    if contract_id is None:
        raise MappingRefused("contract_id", NO_CONTRACT)
    choices = choices_for(integration, account_id, contract_id)
    checked = check_place(choices, account_id, contract_id, at.today)
    for field, sentence in checked.faults:
        raise MappingRefused(field, sentence[:1].upper() + sentence[1:])
    approved, shown = False, None
    if seen:
        shown = first_write(integration, company, at.billing_now)
        if shown.seal != seen:
            raise MappingRefused("", MOVED)
        approved = shown.is_known and not companies_on(integration, [contract_id], but=company)
    try:
        changed = set_company_mapping(
            integration,
            company,
            account_id,
            contract_id,
            actor=actor,
            names=(choices.accounts[account_id].name, choices.contracts[contract_id].name),
            first_write_approved_at=at.now if approved else None,
            first_units=shown.units if approved and shown else None,
            was=was,
        )
    except ChangedMeanwhile as meanwhile:
        raise MappingRefused("", str(meanwhile)) from meanwhile
    return Confirmed(changed, approved, tuple(checked.notes))
