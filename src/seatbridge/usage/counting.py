"""Whose users count, company by company."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seatbridge.integrations.rule_sets import RulesRead
from seatbridge.reconcile.rules import BILLABLE, CountPolicy


@dataclass(frozen=True, slots=True)
class Counting:
    """`companies`: those that are counted otherwise, by ref."""

    policy: CountPolicy = CountPolicy.ACTIVE_AND_INVITED
    companies: Mapping[str, CountPolicy] = field(default_factory=dict)

    def billable(self, company: str) -> tuple[str, ...]:
        return BILLABLE[self.companies.get(company, self.policy)]


PRESET = Counting()


def counting_of(rules: RulesRead) -> Counting:
    own = rules.own.count_policy
    others = {ref: each.count_policy for ref, each in rules.companies.items() if each.count_policy != own}
    return Counting(own, others)
