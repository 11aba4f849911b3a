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
    # Every day of the month on which anything is posted; read once, since each posting asks for it.
    posting_days: frozenset[int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        own = (terms.posts_on for terms in self.contracts.values() if terms.posts_on is not None)
        object.__setattr__(self, "posting_days", frozenset({self.start_posts_on, self.end_posts_on, *own}))

    def issue_on(self, contract_id: int) -> IssueOn:
        terms = self.contracts.get(contract_id)
        return self.default if terms is None or terms.issue_on is None else terms.issue_on

    def kind(self, contract_id: int) -> Kind:
        issue_on, terms = self.issue_on(contract_id), self.contracts.get(contract_id)
        own = None if terms is None else terms.posts_on
        return self.kind_of(issue_on) if own is None else Kind(issue_on, own)

    def kind_of(self, issue_on: IssueOn) -> Kind:
        """Of contracts that say nothing of their own day."""
        return Kind(issue_on, self.start_posts_on if issue_on is IssueOn.START else self.end_posts_on)

    def kinds(self) -> set[Kind]:
        """The default's, and those of the contracts that do otherwise."""
        return {self.kind_of(self.default), *(self.kind(number) for number in self.contracts)}

    def is_fiscal(self, contract_id: int) -> bool:
        terms = self.contracts.get(contract_id)
        return self.fiscal if terms is None or terms.fiscal is None else terms.fiscal
