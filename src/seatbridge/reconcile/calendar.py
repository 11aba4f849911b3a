"""The billing calendar: when the MSP posts which periods (product.md section 3).

BMS lets no one read *Issue Invoice on*, the fiscal flag, or what is posted: the partner states them here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import NamedTuple


class IssueOn(StrEnum):
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What a contract does differently from the calendar's defaults; None = as the default."""

    issue_on: IssueOn | None = None
    fiscal: bool | None = None
    posts_on: int | None = None  # day of the month


class Kind(NamedTuple):
    """When a contract is posted: at which end of its cycle, on which day of the month."""

    issue_on: IssueOn
    day: int


@dataclass(frozen=True, slots=True)
class BillingCalendar:
    start_posts_on: int = 25  # day of the month; a month without it: its last day
    end_posts_on: int = 1
    default: IssueOn = IssueOn.END
    fiscal: bool = True
    contracts: Mapping[int, ContractTerms] = field(default_factory=dict)
    # On a posting day, partner's zone: nothing is written before it, unless posting is done.
    freeze_until: time = time(18, 0)
    posted_on: frozenset[date] = frozenset()  # days on which the partner said "posting done"
    # The kinds of the default and of the contracts that do otherwise, and every day of the month on which
    # anything is posted. Read once: thousands of contracts say a handful of things.
    kinds: frozenset[Kind] = field(init=False, compare=False, repr=False)
    posting_days: frozenset[int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        said = frozenset(self.contracts.values())
        kinds = {self.kind_of(self.default), *map(self._kind, said)}
        own = {terms.posts_on for terms in said if terms.posts_on is not None}
        object.__setattr__(self, "kinds", frozenset(kinds))
        object.__setattr__(self, "posting_days", frozenset({self.start_posts_on, self.end_posts_on, *own}))

    def issue_on(self, contract_id: int) -> IssueOn:
        terms = self.contracts.get(contract_id)
        return self.default if terms is None or terms.issue_on is None else terms.issue_on

    def kind(self, contract_id: int) -> Kind:
        terms = self.contracts.get(contract_id)
        return self.kind_of(self.default) if terms is None else self._kind(terms)

    def _kind(self, terms: ContractTerms) -> Kind:
        issue_on = self.default if terms.issue_on is None else terms.issue_on
        return self.kind_of(issue_on) if terms.posts_on is None else Kind(issue_on, terms.posts_on)

    def kind_of(self, issue_on: IssueOn) -> Kind:
        """Of contracts that say nothing of their own day."""
        return Kind(issue_on, self.start_posts_on if issue_on is IssueOn.START else self.end_posts_on)

    def is_fiscal(self, contract_id: int) -> bool:
        terms = self.contracts.get(contract_id)
        return self.fiscal if terms is None or terms.fiscal is None else terms.fiscal
