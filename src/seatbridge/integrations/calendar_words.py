"""The billing calendar as sentences with dates: what a person confirms with the first approval."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from seatbridge.reconcile.calendar import BillingCalendar, ContractTerms, IssueOn, Kind
from seatbridge.reconcile.posting import BILLS_AHEAD_FROM, posting_at, scheduled
from seatbridge.reconcile.words import day, ordinal

OF_CALENDAR = 4  # sentences before those of single contracts
KIND = {IssueOn.START: "start of the billing cycle", IssueOn.END: "end of the billing cycle"}


def calendar_sentences(calendar: BillingCalendar, now: datetime) -> Iterator[str]:
    """`now`: billing time in the partner's zone."""
    periods = "calendar months" if calendar.fiscal else "months from the contract's start"
    yield f"Unless said otherwise a contract is invoiced at the {KIND[calendar.default]}, in {periods}."
    for issue_on in (IssueOn.START, IssueOn.END):
        yield _posting_sentence(calendar, calendar.kind_of(issue_on), now)
    until = f"{calendar.freeze_until:%H:%M}"
    yield f"On a posting day nothing is written before {until}, unless posting is noted as done."
    for contract_id, terms in sorted(calendar.contracts.items()):
        yield f"Contract {contract_id}: {terms_words(terms)}."


def _posting_sentence(calendar: BillingCalendar, kind: Kind, now: datetime) -> str:
    issue_on, number = kind
    posting = posting_at(calendar, kind, now)
    if issue_on is IssueOn.END:
        what = "every period that ended before it"
    elif number >= BILLS_AHEAD_FROM:
        later = posting.next.replace(day=1) + timedelta(days=31)
        what = f"the periods that begin before {day(scheduled(number, later.year, later.month))}"
    else:
        what = "the periods that have begun by then"
    posted = f"{issue_on.value.capitalize()} of cycle: posted on the {ordinal(number)}"
    return f"{posted}; {day(posting.next)} posts {what}."


def terms_words(terms: ContractTerms) -> str:
    """What the contract does otherwise; empty: nothing."""
    parts = [] if terms.issue_on is None else [f"invoiced at the {KIND[terms.issue_on]}"]
    if terms.posts_on is not None:
        parts.append(f"posted on the {ordinal(terms.posts_on)}")
    if terms.fiscal is not None:
        parts.append("calendar months" if terms.fiscal else "months from its start")
    return ", ".join(parts)
