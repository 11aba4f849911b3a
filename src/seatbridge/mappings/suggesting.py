"""Suggestions: for each company without a mapping the account that its name points to, and its contract."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from seatbridge.catalog.finding import refreshed_at, services_carried
from seatbridge.catalog.models import SeenAccount, SeenContract
from seatbridge.integrations.models import Integration
from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.checking import BILLABLE_TYPE
from seatbridge.mappings.editing import set_company_mapping
from seatbridge.mappings.matching import Accounts, Match, Named
from seatbridge.mappings.models import CompanyMapping
from seatbridge.mappings.reading import read_product_mappings
from seatbridge.usage.models import Company

CERTAIN = 95  # same name but for legal form or spaces, or mapped there before
_KEPT = 20  # integrations whose accounts stay indexed in this process


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`contract_id` only where exactly one contract of the account fits; `contracts`: how many do.

    `certain`: nothing about it needs a person's eye, so that it may be accepted with others.
    """

    company_id: int
    company_ref: str
    company_name: str
    account_id: int
    account_name: str
    score: int
    reason: str
    account_is_active: bool
    contracts: int
    contract_id: int | None
    contract_name: str
    alone: bool

    @property
    def acceptable(self) -> bool:
        return self.contract_id is not None and self.account_is_active and self.alone

    @property
    def certain(self) -> bool:
        return self.acceptable and self.score >= CERTAIN


@dataclass(slots=True)
class _Known:
    """What was worked out for one refresh of the catalog."""

    at: datetime
    accounts: Accounts
    matches: dict[tuple[str, str, int | None], Match | None]


FEW = 500  # names that a database is asked for one by one
_known: dict[int, _Known] = {}


def suggest(integration: Integration, today: date) -> list[Suggestion]:
    """Best first. Companies that are mapped, excluded, or of a kind that is not billed have none.

    Empty before the first refresh of the catalog. The names are compared once per refresh.
    """
    at = refreshed_at(integration)
    if at is None:
        return []
    known = _known_at(integration, at)
    former = _former_accounts(integration)
    found: list[tuple[tuple[int, str, str], Match]] = []
    for pk, ref, name, domains in _without_mapping(integration):
        key = (name, domains, former.get(ref))
        if key not in known.matches:
            known.matches[key] = known.accounts.best(name, domains.split(), former.get(ref))
        match = known.matches[key]
        if match is not None:
            found.append(((pk, ref, name), match))
    fitting = _fitting_contracts(integration, today, {match.account.name for _, match in found})
    made = [_suggestion(company, match, fitting.get(match.account.name, ())) for company, match in found]
    return sorted(made, key=lambda each: (-each.score, each.company_name.casefold(), each.company_ref))


def match_one(integration: Integration, company: Company, at: datetime) -> Match | None:
    """The account for one company, whatever its kind. `at`: when the catalog was refreshed."""
    former = _former_accounts(integration).get(company.ref)
    return _known_at(integration, at).accounts.best(company.name, company.domains.split(), former)


def accept(
    integration: Integration, today: date, *, actor: str, least: int = CERTAIN, refs: Collection[str] = ()
) -> list[Suggestion]:
    """Map what is suggested with at least that score, or exactly `refs`; returns what was mapped.

    Only where one contract alone fits, of an active account that nobody else is mistaken for. The first write
    of each waits for a person: nobody was shown it.
    """
    wanted = [
        each
        for each in suggest(integration, today)
        if each.acceptable and (each.company_ref in refs if refs else each.score >= least)
    ]
    companies = Company.objects.in_bulk([each.company_id for each in wanted])
    return [each for each in wanted if _map(integration, each, companies[each.company_id], actor)]


def _map(integration: Integration, suggestion: Suggestion, company: Company, actor: str) -> bool:
    if suggestion.contract_id is None:
        return False
    return set_company_mapping(
        integration,
        company,
        suggestion.account_id,
        suggestion.contract_id,
        actor=actor,
        names=(suggestion.account_name, suggestion.contract_name),
    )


def _known_at(integration: Integration, at: datetime) -> _Known:
    known = _known.get(integration.pk)
    if known is None or known.at != at:
        rows = SeenAccount.objects.filter(integration=integration, gone=False)
        named = [Named(*row) for row in rows.values_list("account_id", "name", "is_active")]
        known = _Known(at, Accounts(named), {})
        while len(_known) >= _KEPT:
            _known.pop(next(iter(_known)), None)
        _known[integration.pk] = known
    return known


def _without_mapping(integration: Integration) -> Sequence[tuple[int, str, str, str]]:
    mapped = CompanyMapping.objects.filter(integration=integration).values("company_id")
    rows = Company.objects.filter(partner=integration.partner_id, type="customer", state="active")
    return list(
        rows.exclude(level="trial").exclude(pk__in=mapped).values_list("id", "ref", "name", "domains")
    )


def _former_accounts(integration: Integration) -> dict[str, int]:
    """Company ref -> the account of a mapping that was taken away."""
    entries = LedgerEntry.objects.filter(
        partner=integration.partner_id, integration_id=integration.pk, event="company-mapping.removed"
    ).order_by("seq")
    told = map(json.loads, entries.values_list("data", flat=True))
    return {each["company"]: each["old"]["account_id"] for each in told if each["old"]["account_id"]}


def _fitting_contracts(
    integration: Integration, today: date, names: Collection[str]
) -> Mapping[str, Sequence[tuple[int, str]]]:
    """Account name -> (id, name) of its contracts that may be billed: with a mapped service, if any."""
    rows = SeenContract.objects.filter(
        Q(end=None) | Q(end__gte=today), integration=integration, gone=False, type__iexact=BILLABLE_TYPE
    )
    if len(names) <= FEW:
        rows = rows.filter(account_name__in=names)
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, name, account in rows.values_list("contract_id", "name", "account_name"):
        if account in names:
            found[account].append((number, name))
    services = set(read_product_mappings(integration).values())
    several = {number for contracts in found.values() if len(contracts) > 1 for number, _ in contracts}
    carried = services_carried(integration, several) if services and several else {}
    return {account: _carrying(contracts, carried, services) for account, contracts in found.items()}


def _carrying(
    contracts: list[tuple[int, str]], carried: Mapping[int, set[int]], services: set[int]
) -> Sequence[tuple[int, str]]:
    with_lines = [each for each in contracts if services & carried.get(each[0], set())]
    return with_lines or contracts


def _suggestion(
    company: tuple[int, str, str], match: Match, contracts: Sequence[tuple[int, str]]
) -> Suggestion:
    pk, ref, name = company
    only = contracts[0] if len(contracts) == 1 else None
    active = match.account.is_active
    return Suggestion(
        company_id=pk,
        company_ref=ref,
        company_name=name,
        account_id=match.account.id,
        account_name=match.account.name,
        score=match.score,
        reason=match.reason if active else f"{match.reason} The account is inactive in BMS.",
        account_is_active=active,
        contracts=len(contracts),
        contract_id=only[0] if only else None,
        contract_name=only[1] if only else "",
        alone=match.alone,
    )
