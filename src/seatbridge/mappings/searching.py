"""Company Mapping for many companies: searched, filtered, sorted and paged by the database.

Pages are found by keyset: the last row of a page says where the next one begins, so page 200 costs what
page 1 costs, and rows that come or go meanwhile shift nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower, StrIndex
from django.db.models.lookups import GreaterThan

from seatbridge.catalog.models import SeenAccount, SeenContract
from seatbridge.integrations.models import Integration
from seatbridge.mappings.cursors import Cursor, Key, read_cursor, write_cursor
from seatbridge.mappings.models import CompanyMapping
from seatbridge.usage.models import Company

ENDS_SOON = timedelta(days=60)
LONGEST_SEARCH = 200
FEW = 500
_NEVER_ENDS = date(9999, 12, 31)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
# Who is billed nowhere and needs no mapping for it.
OFF = Q(type="msp") | Q(level="trial") | ~Q(state="active")
_COLUMNS = (
    "id",
    "ref",
    "name",
    "type",
    "level",
    "state",
    "licenses_assigned",
    "m__id",
    "m__account_id",
    "m__contract_id",
    "m__account_name",
    "m__contract_name",
    "m__excluded_reason",
    "m__review_on",
    "m__last_sync_at",
    "m__last_status",
)
_ACCOUNT, _CONTRACT = _COLUMNS.index("m__account_id"), _COLUMNS.index("m__contract_id")


class State(StrEnum):
    ALL = "all"
    MAPPED = "mapped"
    UNMAPPED = "unmapped"
    EXCLUDED = "excluded"
    FAILING = "failing"
    ENDING = "ending"


class Sort(StrEnum):
    COMPANY = "company"
    ACCOUNT = "account"
    CONTRACT_END = "contract-end"
    LAST_SYNC = "last-sync"
    STATUS = "status"


_KINDS: dict[Sort, type[Key]] = {Sort.CONTRACT_END: date, Sort.LAST_SYNC: datetime}


@dataclass(frozen=True, slots=True)
class Asked:
    """`after` and `before` are cursors of a former page; `failing`: status codes that count as failing."""

    today: date
    failing: Collection[str]
    state: State = State.ALL
    search: str = ""
    sort: Sort = Sort.COMPANY
    descending: bool = False
    after: str = ""
    before: str = ""
    limit: int = 50
    company_id: int | None = None  # this one alone


class AccountNow(NamedTuple):
    name: str
    is_active: bool
    gone: bool


class ContractNow(NamedTuple):
    name: str
    account_name: str
    status: str
    start: date
    end: date | None
    gone: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A company and its mapping; `mapping_id` None: it has none. `account`, `contract`: as last seen."""

    company_id: int
    ref: str
    name: str
    type: str
    level: str
    state: str
    licenses: int | None
    mapping_id: int | None
    account_id: int | None
    contract_id: int | None
    account_name: str | None
    contract_name: str | None
    excluded_reason: str | None
    review_on: date | None
    last_sync_at: datetime | None
    last_status: str | None
    account: AccountNow | None
    contract: ContractNow | None

    @property
    def is_mapped(self) -> bool:
        return self.contract_id is not None and not self.excluded_reason

    @property
    def is_off(self) -> bool:
        """Billed nowhere, on purpose or by what it is."""
        off = self.type == "msp" or self.level == "trial" or self.state != "active"
        return bool(self.excluded_reason) or (off and self.mapping_id is None)


@dataclass(frozen=True, slots=True)
class Page:
    """`previous` and `next` are cursors for `before` and `after`; empty where there is no such page."""

    rows: tuple[Row, ...]
    previous: str
    next: str


def search_companies(integration: Integration, asked: Asked) -> Page:
    """Three queries, four with a search. Raises CursorRefused."""
    rows = _found(integration, asked).annotate(key=_key(integration, asked.sort))
    back = bool(asked.before)
    cursor = read_cursor(asked.before or asked.after, _KINDS.get(asked.sort, str))
    descending = asked.descending is not back
    if cursor is not None:
        rows = rows.filter(_beyond(cursor, descending=descending))
    order = ("-key", "-id") if descending else ("key", "id")
    found = list(rows.order_by(*order).values_list(*_COLUMNS, "key")[: asked.limit + 1])
    more = len(found) > asked.limit
    found = found[: asked.limit]
    if back:
        found.reverse()
    return Page(
        rows=_named(integration, [each[:-1] for each in found]),
        previous=_cursor(found[0]) if found and (more if back else cursor is not None) else "",
        next=_cursor(found[-1]) if found and (back or more) else "",
    )


def count_found(integration: Integration, asked: Asked) -> int:
    """One query, two with a search."""
    return _found(integration, asked).count()


def count_states(integration: Integration, today: date, failing: Collection[str]) -> dict[State, int]:
    """How many companies each filter has, without a search. Three queries, none of which joins."""
    companies = Company.objects.filter(partner=integration.partner_id)
    mapped = Q(contract_id__isnull=False, excluded_reason="")
    mappings = CompanyMapping.objects.filter(integration=integration).aggregate(
        mapped=Count("id", filter=mapped),
        excluded=Count("id", filter=Q(excluded_reason__gt="")),
        failing=Count("id", filter=mapped & Q(last_status__in=sorted(failing))),
    )
    without = companies.exclude(
        pk__in=CompanyMapping.objects.filter(integration=integration).values("company_id")
    ).aggregate(off=Count("id", filter=OFF), others=Count("id", filter=~OFF))
    ending = CompanyMapping.objects.filter(
        mapped, integration=integration, contract_id__in=_ending(integration, today)
    )
    return {
        State.ALL: mappings["mapped"] + mappings["excluded"] + without["off"] + without["others"],
        State.MAPPED: mappings["mapped"],
        State.UNMAPPED: without["others"],
        State.EXCLUDED: mappings["excluded"] + without["off"],
        State.FAILING: mappings["failing"],
        State.ENDING: ending.count(),
    }


def _ending(integration: Integration, today: date) -> QuerySet[SeenContract, int]:
    rows = SeenContract.objects.filter(Q(gone=True) | Q(end__lte=today + ENDS_SOON), integration=integration)
    return rows.values_list("contract_id", flat=True)


def _found(integration: Integration, asked: Asked) -> QuerySet[Company]:
    mapping = FilteredRelation("mappings", condition=Q(mappings__integration=integration))
    rows = _looked_through(integration, asked).annotate(m=mapping)
    if asked.company_id is not None:
        rows = rows.filter(pk=asked.company_id)
    if asked.state is not State.ALL:
        rows = rows.filter(_in_state(asked.state, integration, asked.today, asked.failing))
    return rows


def _looked_through(integration: Integration, asked: Asked) -> QuerySet[Company]:
    """The partner's companies, or those of them that have the text that is searched for."""
    partners = Company.objects.filter(partner=integration.partner_id)
    text = asked.search.replace("\0", "").strip()[:LONGEST_SEARCH]
    if not text:
        return partners
    ids = _with_text(integration, text)
    found = [pk for (pk,) in ids[: FEW + 1]]
    if len(found) > FEW:
        return partners.filter(pk__in=ids)  # among many, the first page is full soon
    # A few are looked up one by one. They are the partner's; to say so again would tempt SQLite to go through
    # all companies in the order of their names.
    return Company.objects.filter(pk__in=found)


def _with_text(integration: Integration, text: str) -> QuerySet[Any, Any]:
    """Ids of companies. Found before anything is joined: most companies do not have the text."""
    companies = Company.objects.filter(
        GreaterThan(StrIndex("search_text", Value(text.casefold())), 0), partner=integration.partner_id
    )
    accounts = SeenAccount.objects.filter(integration=integration, name__icontains=text)
    mapped = CompanyMapping.objects.filter(
        integration=integration, account_id__in=accounts.values("account_id")
    )
    return companies.values_list("pk").union(mapped.values_list("company"), all=True)


def _in_state(state: State, integration: Integration, today: date, failing: Collection[str]) -> Q:
    mapped = Q(m__contract_id__isnull=False, m__excluded_reason="")
    match state:
        case State.MAPPED:
            return mapped
        case State.UNMAPPED:
            return Q(m__isnull=True) & ~OFF
        case State.EXCLUDED:
            return Q(m__excluded_reason__gt="") | (Q(m__isnull=True) & OFF)
        case State.FAILING:
            return mapped & Q(m__last_status__in=sorted(failing))
        case _:
            return mapped & Q(m__contract_id__in=_ending(integration, today))


def _key(integration: Integration, sort: Sort) -> Coalesce | Lower:
    match sort:
        case Sort.ACCOUNT:
            # The name when it was mapped: a name of today would be looked up 10,000 times.
            return Coalesce(Lower("m__account_name"), Value(""))
        case Sort.CONTRACT_END:
            contracts = SeenContract.objects.filter(
                integration=integration, contract_id=OuterRef("m__contract_id")
            )
            return Coalesce(Subquery(contracts.values("end")), Value(_NEVER_ENDS))
        case Sort.LAST_SYNC:
            return Coalesce(F("m__last_sync_at"), Value(_NEVER))
        case Sort.STATUS:
            return Coalesce(F("m__last_status"), Value(""))
        case _:
            return Lower("name")


def _beyond(cursor: Cursor, *, descending: bool) -> Q:
    """The first condition alone would do; with it an index is entered at the right place."""
    key, number = cursor
    if descending:
        return Q(key__lte=key) & (Q(key__lt=key) | Q(key=key, id__lt=number))
    return Q(key__gte=key) & (Q(key__gt=key) | Q(key=key, id__gt=number))


def _cursor(found: tuple[Any, ...]) -> str:
    return write_cursor((found[-1], found[0]))


def _named(integration: Integration, found: list[tuple[Any, ...]]) -> tuple[Row, ...]:
    accounts = SeenAccount.objects.filter(
        integration=integration, account_id__in={each[_ACCOUNT] for each in found} - {None}
    )
    contracts = SeenContract.objects.filter(
        integration=integration, contract_id__in={each[_CONTRACT] for each in found} - {None}
    )
    account_of = {
        number: AccountNow(*row) for number, *row in accounts.values_list("account_id", *AccountNow._fields)
    }
    contract_of = {
        number: ContractNow(*row)
        for number, *row in contracts.values_list("contract_id", *ContractNow._fields)
    }
    return tuple(
        Row(*(*each, account_of.get(each[_ACCOUNT]), contract_of.get(each[_CONTRACT]))) for each in found
    )
