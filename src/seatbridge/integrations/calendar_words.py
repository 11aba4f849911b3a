"""The billing calendar as sentences with dates: what a person confirms with the first approval."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from seatbridge.reconcile.calendar import BillingCalendar, ContractTerms, IssueOn
from seatbridge.reconcile.posting import BILLS_AHEAD_FROM, day_of_month, posting_at, scheduled
from seatbridge.reconcile.words import day, ordinal

OF_CALENDAR = 4  # sentences before those of single contracts
KIND = {IssueOn.START: "start of the billing cycle", IssueOn.END: "end of the billing cycle"}


def calendar_sentences(calendar: BillingCalendar, now: datetime) -> Iterator[str]:
    """`now`: billing time in the partner's zone."""
    periods = "calendar months" if calendar.fiscal else "months from the contract's start"
    yield f"Unless said otherwise a contract is invoiced at the {KIND[calendar.default]}, in {periods}."
    for kind in (IssueOn.START, IssueOn.END):
        yield _posting_sentence(calendar, kind, now)
    until = f"{calendar.freeze_until:%H:%M}"
    yield f"On a posting day nothing is written before {until}, unless posting is noted as done."
    for contract_id, terms in sorted(calendar.contracts.items()):
        yield f"Contract {contract_id}: {_terms(terms)}."


def _posting_sentence(calendar: BillingCalendar, kind: IssueOn, now: datetime) -> str:
    number = day_of_month(calendar, kind)
    posting = posting_at(calendar, kind, now)
    if kind is IssueOn.END:
        what = "every period that ended before it"
    elif number >= BILLS_AHEAD_FROM:
        later = posting.next.replace(day=1) + timedelta(days=31)
        what = f"the periods that begin before {day(scheduled(number, later.year, later.month))}"
    else:
        what = "the periods that have begun by then"
    posted = f"{kind.value.capitalize()} of cycle: posted on the {ordinal(number)}"
    return f"{posted}; {day(posting.next)} posts {what}."


def _terms(terms: ContractTerms) -> str:
    parts = [] if terms.issue_on is None else [f"invoiced at the {KIND[terms.issue_on]}"]
    if terms.fiscal is not None:
        parts.append("calendar months" if terms.fiscal else "months from its start")
    return ", ".join(parts)
