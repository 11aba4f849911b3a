"""The billing calendar: when the MSP posts which periods (product.md section 3).

BMS lets no one read *Issue Invoice on*, the fiscal flag, or what is posted: the partner states them here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum


class IssueOn(StrEnum):
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """What a contract does differently from the calendar's defaults; None = as the default."""

    issue_on: IssueOn | None = None
    fiscal: bool | None = None


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

    def issue_on(self, contract_id: int) -> IssueOn:
        terms = self.contracts.get(contract_id)
        return self.default if terms is None or terms.issue_on is None else terms.issue_on

    def is_fiscal(self, contract_id: int) -> bool:
        terms = self.contracts.get(contract_id)
        return self.fiscal if terms is None or terms.fiscal is None else terms.fiscal
