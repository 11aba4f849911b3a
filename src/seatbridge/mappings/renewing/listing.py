"""Contracts that end with companies billed on them, and what follows each, by what was read last."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from seatbridge.catalog.models import SeenContract, SeenLine
from seatbridge.integrations.models import Integration
from seatbridge.mappings.checking import BILLABLE_TYPE
from seatbridge.mappings.contract_list import as_read
from seatbridge.mappings.models import CompanyMapping, Renewal
from seatbridge.mappings.renewing.taking import accepted_of
from seatbridge.mappings.searching import ENDS_SOON
from seatbridge.psa.records import Contract
from seatbridge.reconcile.renewals import (
    NOTHING_CARRIED,
    Carried,
    Followers,
    Standing,
    carried_by,
    find_followers,
    is_active,
    standing_of,
)

URGENT = timedelta(days=30)  # from here on it is asked about on Home
FEW = 500  # ids that are asked for one by one; more are read with all the others


class Followed(StrEnum):
    """What follows a contract that ends."""

    ACCEPTED = "accepted"
    ONE = "one"  # exactly one successor: may be accepted
    SEVERAL = "several"
    NONE = "none"
    STOPPING = "stopping"  # billing stops with it, as a person decided


@dataclass(frozen=True, slots=True)
class Ending:
    """`companies`: (ref, name). `successor`: the accepted one, or the only one that fits."""

    contract: Contract
    account_id: int | None
    companies: tuple[tuple[str, str], ...]
    followed: Followed
    followers: Followers
    successor: Contract | None
    carried: Mapping[int, Carried]
    is_over: bool
    is_urgent: bool
    accepted: Renewal | None

    @property
    def needs_person(self) -> bool:
        return self.followed not in (Followed.ACCEPTED, Followed.STOPPING)

    @property
    def is_draft(self) -> bool:
        """It may be accepted ahead; on its day it has to be Active in BMS."""
        return self.successor is not None and not is_active(self.successor)

    def prices(self, contract_id: int) -> Mapping[int, Any]:
        return self.carried.get(contract_id, NOTHING_CARRIED).prices


def ending_contracts(
    integration: Integration,
    today: date,
    *,
    within: timedelta = ENDS_SOON,
    stopping: Collection[str] = (),
    only: Collection[int] | None = None,
) -> list[Ending]:
    """The next to end first. `stopping`: refs of companies whose billing is to stop with their contract.

    Five queries, whatever the number of contracts.
    """
    rows = list(_ending(integration, today + within, only).order_by("end", "account_name", "contract_id"))
    if not rows:
        return []
    ids, names = [row.contract_id for row in rows], {row.account_name for row in rows}
    billed = _billed(integration, ids)
    others = [as_read(row) for row in _few(_recurring(integration), "account_name", names)]
    by_account: dict[str, list[Contract]] = {}
    for each in others:
        by_account.setdefault(each.account_name, []).append(each)
    carried = _carried(integration, {each.id for each in others if each.account_name in names} | set(ids))
    accepted = {
        row.contract_id: row
        for row in Renewal.objects.filter(integration=integration, state=Renewal.State.OPEN)
    }
    known = {each.id: each for each in others}
    look = _Look(today, by_account, carried, accepted, known, frozenset(stopping))
    return [look.ending(as_read(row), *billed[row.contract_id]) for row in rows if row.contract_id in billed]


def asking_for_endings(rows: QuerySet[Integration], today: date) -> QuerySet[Integration]:
    """How many contracts end soon, or ended, with no successor accepted, and whose ends first: by a query
    made anyway."""
    mine = {"integration": OuterRef("integration"), "contract_id": OuterRef("contract_id")}
    ending = SeenContract.objects.filter(
        Exists(CompanyMapping.objects.filter(**mine, excluded_reason="")),
        ~Exists(Renewal.objects.filter(**mine, state=Renewal.State.OPEN)),
        integration=OuterRef("pk"),
        gone=False,
        type__iexact=BILLABLE_TYPE,
        end__lte=today + URGENT,
    )
    number = ending.order_by().values("integration").annotate(number=Count("pk")).values("number")
    billed = CompanyMapping.objects.filter(**mine, excluded_reason="").order_by("company__name")
    named = ending.annotate(company=Subquery(billed.values("company__name")[:1])).order_by("end")
    return rows.annotate(
        contracts_ending=Coalesce(Subquery(number), 0), next_to_end=Subquery(named.values("company")[:1])
    )


def only_one(endings: Iterable[Ending]) -> list[Ending]:
    return [each for each in endings if each.followed is Followed.ONE]


@dataclass(frozen=True, slots=True)
class _Look:
    today: date
    by_account: Mapping[str, Sequence[Contract]]
    carried: Mapping[int, Carried]
    accepted: Mapping[int, Renewal]
    known: Mapping[int, Contract]
    stopping: frozenset[str]

    def ending(
        self, contract: Contract, account_id: int | None, companies: tuple[tuple[str, str], ...]
    ) -> Ending:
        others = self.by_account.get(contract.account_name, ())
        found = find_followers(contract, account_id, others, self.carried)
        renewal = self._accepted(contract)
        successor = found.one if renewal is None else self.known.get(renewal.successor_id)
        end = contract.end or date.max
        return Ending(
            contract=contract,
            account_id=account_id,
            companies=companies,
            followed=self._followed(found, renewal, companies),
            followers=found,
            successor=successor,
            carried=self.carried,
            is_over=end < self.today,
            is_urgent=end <= self.today + URGENT,
            accepted=renewal,
        )

    def _accepted(self, contract: Contract) -> Renewal | None:
        """Without one that the next sync finds void."""
        renewal = self.accepted.get(contract.id)
        if renewal is None:
            return None
        standing = standing_of(accepted_of(renewal), contract.id, self.known, self.today)
        return None if standing is Standing.VOID else renewal

    def _followed(
        self, found: Followers, renewal: Renewal | None, companies: tuple[tuple[str, str], ...]
    ) -> Followed:
        if renewal is not None:
            return Followed.ACCEPTED
        if all(ref in self.stopping for ref, _ in companies):
            return Followed.STOPPING
        if found.one is not None:
            return Followed.ONE
        return Followed.SEVERAL if found.fitting else Followed.NONE


def _recurring(integration: Integration) -> QuerySet[SeenContract]:
    return SeenContract.objects.filter(integration=integration, gone=False, type__iexact=BILLABLE_TYPE)


def _ending(integration: Integration, until: date, only: Collection[int] | None) -> QuerySet[SeenContract]:
    rows = _recurring(integration).filter(end__isnull=False, end__lte=until)
    if only is not None:
        rows = rows.filter(contract_id__in=only)
    billed = CompanyMapping.objects.filter(
        integration=integration, contract_id=OuterRef("contract_id"), excluded_reason=""
    )
    return rows.filter(Exists(billed))


def _billed(
    integration: Integration, ids: Collection[int]
) -> dict[int, tuple[int | None, tuple[tuple[str, str], ...]]]:
    """Contract -> its account, and the companies on it by name."""
    rows = _few(
        CompanyMapping.objects.filter(integration=integration, excluded_reason=""), "contract_id", ids
    )
    found: dict[int, tuple[int | None, tuple[tuple[str, str], ...]]] = {}
    named = rows.order_by("company__name", "company__ref")
    for contract_id, account_id, ref, name in named.values_list(
        "contract_id", "account_id", "company__ref", "company__name"
    ):
        if contract_id is not None:
            account, companies = found.get(contract_id, (account_id, ()))
            found[contract_id] = (account, (*companies, (ref, name)))
    return found


def _carried(integration: Integration, ids: Collection[int]) -> dict[int, Carried]:
    rows = _few(SeenLine.objects.filter(integration=integration), "contract_id", ids)
    lines: dict[int, list[tuple[int, int, Any]]] = {}
    for contract_id, *line in rows.values_list("contract_id", "service_id", "account_id", "unit_price"):
        lines.setdefault(contract_id, []).append((line[0], line[1], line[2]))
    return {number: carried_by(each) for number, each in lines.items()}


def _few(rows: QuerySet[Any], field: str, values: Collection[Any]) -> QuerySet[Any]:
    return rows.filter(**{f"{field}__in": values}) if len(values) <= FEW else rows
