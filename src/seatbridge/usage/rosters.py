"""A company's roster as numbers: who is billable, and who is not and why. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from seatbridge.reconcile.rules import BILLABLE, CountPolicy

PRESET = BILLABLE[CountPolicy.ACTIVE_AND_INVITED]
_MAY_COUNT = BILLABLE[CountPolicy.WITH_DISABLED]
# Never counted are pending approval and NFR; what a policy leaves out of the others is said like them.
_NOT_COUNTED = {
    "pending-approval": "pending approval",
    "invited": "invited",
    "disabled": "disabled",
    "nfr": "NFR",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Users of one company who are alike. `product` empty: the company's level."""

    product: str
    status: str
    nfr: bool
    users: int
    earliest: str  # the earliest day since when, in ISO form; empty: not known


@dataclass(slots=True)
class Roster:
    """Users by (product, kind); a kind is a status or `nfr`. Who was deleted is not on it.

    `billable`: the statuses that count.
    """

    billable: tuple[str, ...] = PRESET
    tally: dict[str, dict[str, int]] = field(default_factory=dict)
    earliest: date | None = None

    def value(self, product: str) -> int:
        kinds = self.tally.get(product)
        return sum([kinds.get(kind, 0) for kind in self.billable]) if kinds else 0

    def detail(self, product: str) -> str:
        """Such as `14 active, 2 invited; 1 disabled not counted`."""
        kinds = self.tally.get(product, {})
        billable = self.billable
        counted = ", ".join([f"{kinds[kind]:,} {kind}" for kind in billable if kind in kinds])
        others = ", ".join(
            [
                f"{kinds[kind]:,} {said}"
                for kind, said in _NOT_COUNTED.items()
                if kind in kinds and kind not in billable
            ]
        )
        none = f"no {' or '.join(billable)} users"
        return (counted or none) + (f"; {others} not counted" if others else "")

    @property
    def without_product(self) -> int:
        """Billable users who cannot be counted: neither they nor their company name a product."""
        return self.value("")


def roster_of(level: str, groups: Iterable[Group], billable: tuple[str, ...] = PRESET) -> Roster:
    """`level`: the company's; the product of users who name none."""
    roster = Roster(billable)
    days: list[str] = []
    for group in groups:
        if group.earliest:
            days.append(group.earliest)
        if group.status == "deleted":
            continue
        kinds = roster.tally.setdefault(group.product or level, {})
        kind = "nfr" if group.nfr and group.status in _MAY_COUNT else group.status
        kinds[kind] = kinds.get(kind, 0) + group.users
    roster.earliest = date.fromisoformat(min(days)) if days else None
    return roster
