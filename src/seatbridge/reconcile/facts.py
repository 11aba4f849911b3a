"""Everything that a plan is computed from. Built by `sync.observe`, read by `plan`: it sees nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from seatbridge.psa.records import Contract, Line
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.reconcile.decided import Decided, Waited
from seatbridge.reconcile.rules import Rules
from seatbridge.reconcile.tally import NOTHING, Tally

# What one write belongs to: (contract id, service id). Companies and products that share it are summed first.
Key = tuple[int, int]


class CompanyState(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    LEFT = "left"  # absent from a complete list, or licenses 0


class Company(NamedTuple):
    ref: str
    name: str
    state: CompanyState
    licenses: int | None  # licenses assigned in Password Boss; None = not known
    known_since: date | None  # None = not known: counts as new
    not_billable: str = ""  # the reason; not empty: never billed (the MSP's own company, a trial)


class Count(NamedTuple):
    """`value` None means that no count is known. `stale` and `warning` are sentences for a person."""

    value: int | None
    as_of: datetime | None
    stale: str = ""  # not empty: the count may not be written (absent from a feed, or too old)
    warning: str = ""
    detail: str = ""  # where the number comes from: "14 active, 2 invited"


class CompanyMapping(NamedTuple):
    account_id: int | None
    contract_id: int | None
    first_write_approved: bool
    excluded: str = ""  # the reason; not empty: never billed
    review_on: date | None = None
    first_units: tuple[tuple[str, int], ...] = ()  # of a product, as a person saw them when confirming


class Evidence(StrEnum):
    """Where `units before` come from, best first (bms/README.md, Reading)."""

    READ = "read"  # a live answer carried Units
    WRITTEN = "written"  # our last write, and the contract's total is the one kept after it
    WRITTEN_UNSURE = "written-unsure"  # our last write, but the contract's total moved since: which line?
    INVOICED = "invoiced"  # the last full-period quantity invoiced
    TOTAL = "total"  # the contract's total, where this is its only priced line
    CONFIRMED = "confirmed"  # a person said so, or a CSV
    CARRIED = "carried"  # one unit whose price is N x p
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Pending:
    """A write of ours dated ahead, or one of unknown outcome."""

    units: int
    effective_date: date
    outcome_unknown: bool = False
    units_before: int | None = None  # in force until that day; None = as KnownLine.written_units says
    price: Decimal | None = None  # sent with it: from that day on it is the line's; None = not known


@dataclass(frozen=True, slots=True)
class Invoiced:
    units: int
    on: date
    only_line: bool  # the contract's last invoice had this line and no other


@dataclass(frozen=True, slots=True)
class CarriedPrice:
    """p and cost of one user, as a person confirmed them (writing.md rule 10)."""

    unit_price: Decimal
    unit_cost: Decimal


class KnownLine(NamedTuple):
    """What we remember of one (contract, service)."""

    line_id: int | None = None  # the anchor: the BMS line id that we adopted or wrote
    written_units: int | None = None
    # Its effective date: one write per period unless rewriting is clean. Without `written_units`: whether it
    # took effect was never told, and what was known before that day tells nothing.
    written_from: date | None = None
    written_price: Decimal | None = None
    total_after: Decimal | None = None  # the contract's total kept after that write
    alone: bool = False  # at that moment units x price of our mapped lines WAS the contract's total
    # Not empty: `written_units` was never written by us, the count agreed with it. The evidence it had then.
    agreed: str = ""
    confirmed_units: int | None = None
    first_seen_units: int | None = None
    last_invoiced: int | None = None  # units on the newest invoices that anybody looked at
    pending: Pending | None = None
    carried: CarriedPrice | None = None
    dead_lines: frozenset[int] = frozenset()  # lines that we priced to 0 for good
    stopped: str = ""  # not empty: verification failed here; both sums, for a person to look at
    automatic: bool = False  # the partner marked the line as counted by BMS itself
    owed: str = ""  # not empty: something is owed on this key that could not be settled yet


class Method(StrEnum):
    AUTO = "auto"
    ADJUST = "adjust"
    REPLACE = "replace"
    PRICE_CARRYING = "price-carrying"
    BY_HAND = "by-hand"


class BmsReading(StrEnum):
    """How this BMS company behaves when a service is posted a second time (writing.md)."""

    UNKNOWN = "unknown"
    ADJUSTS = "adjusts"
    APPENDS = "appends"
    REJECTS = "rejects"
    UNDECIDED = "undecided"


class Ahead(StrEnum):
    """What a write dated ahead does to today's line."""

    UNKNOWN = "unknown"
    KEPT = "kept"
    RE_DATES = "re-dates"


@dataclass(frozen=True, slots=True)
class Verdict:
    reading: BmsReading = BmsReading.UNKNOWN
    chosen: Method = Method.AUTO
    ahead: Ahead = Ahead.UNKNOWN
    rewrites_are_clean: bool = False  # a person saw no prorated transaction after the test write (rule 15)
    test_contract: int | None = None
    why: str = ""  # of an undecided canary

    @property
    def method(self) -> Method | None:
        """The write method in force; None while only a canary may write, or a person has to choose."""
        if self.chosen not in (Method.AUTO, Method.ADJUST):
            return self.chosen
        return Method.ADJUST if self.reading is BmsReading.ADJUSTS else None

    @property
    def needs_canary(self) -> bool:
        return self.method is None and self.reading is BmsReading.UNKNOWN


@dataclass(frozen=True, slots=True)
class Approvals:
    """What a person has released for this run."""

    first_run_done: bool = False  # an earlier run of this integration was approved
    # `sync --approve` or `run approve`: releases first run, first writes, units unknown; writes now
    whole_run: bool = False
    run_limits: bool = False  # `run approve` of a run that waited as a whole
    # (company ref, product) released by name: anomaly, hand edit, plan change
    lines: frozenset[tuple[str, str]] = frozenset()
    # what an approved preview was computed from, by (company, product): a line that moved since is refused
    bases: Mapping[tuple[str, str], tuple[str, ...]] | None = None
    # contracts whose check failed since: nobody had looked at them when a line of theirs was named
    stopped_since: frozenset[int] = frozenset()


class Stop(NamedTuple):
    """Billing of a company that left Password Boss ends by a person's word; `on` None: with its contract."""

    on: date | None
    done: bool = False


class NewLine(NamedTuple):
    """A person had the service added to the contract at this price; it carries no units yet."""

    unit_price: Decimal
    unit_cost: Decimal
    name: str
    description: str
    units: int = 0  # the count that was looked at


class Kept(NamedTuple):
    """A person keeps the units that BMS holds, as long as these and the count stay what they were."""

    units: int
    counted: int | None


class Accepted(NamedTuple):
    """A person accepted this contract as the one that follows another, from its own first day on."""

    successor_id: int
    first_write_approved: bool  # what it will write first was shown with it


# A change of plan that a person released: the units of each of its lines, in the order of writing.
DecidedChange = Mapping[Key, int]


@dataclass(frozen=True, slots=True)
class Instructions:
    """What persons decided that lasts beyond one run."""

    changes: tuple[DecidedChange, ...] = ()
    # by company and product; no product: all of the company's
    stops: Mapping[tuple[str, str], Stop] = field(default_factory=dict)
    new_lines: Mapping[Key, NewLine] = field(default_factory=dict)
    kept: Mapping[Key, Kept] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        return bool(self.changes or self.stops or self.new_lines or self.kept)


class PutBack(NamedTuple):
    """A person's order: this line goes back to `units`, and the count is not written over it by itself."""

    units: int
    written: int | None  # what is put back
    since: date | None  # from which day that was written
    until: date  # the posting day that the order outlasts
    words: str  # a sentence: who, what and when
    fresh: bool = False  # this very run carries it out, or shows what it would do
    refused: str = ""  # not empty: why that line cannot be put back
    again: frozenset[tuple[str, str]] = frozenset()  # what it put back was their stop, which was taken back


@dataclass(frozen=True, slots=True)
class FeedSizes:
    """Companies in the newest feed, and in the one before it."""

    now: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    now: datetime  # billing time in the partner's zone
    enabled: bool
    currency: str
    companies: Mapping[str, Company]
    products: tuple[str, ...]
    counts: Mapping[tuple[str, str], Count]  # (company ref, product)
    company_mappings: Mapping[str, CompanyMapping]
    product_mappings: Mapping[str, int]  # product -> service id
    contracts: Mapping[int, Contract]
    lines: tuple[Line, ...]  # all lines of the mapped services, and of no other
    known: Mapping[Key, KnownLine] = field(default_factory=dict)
    invoiced: Mapping[Key, Invoiced] = field(default_factory=dict)
    calendar: BillingCalendar = field(default_factory=BillingCalendar)
    rules: Rules = field(default_factory=Rules)
    company_rules: Mapping[str, Rules] = field(
        default_factory=dict
    )  # whole, of companies with rules of their own
    verdict: Verdict = field(default_factory=Verdict)
    approvals: Approvals = field(default_factory=Approvals)
    instructions: Instructions = field(default_factory=Instructions)
    decisions: Mapping[Key, Decided] = field(default_factory=dict)
    waited: Mapping[Key, Waited] = field(default_factory=dict)
    feed: FeedSizes = field(default_factory=FeedSizes)
    # service id -> the catalogue's price of a unit: what a missing line would cost
    service_prices: Mapping[int, Decimal] = field(default_factory=dict)
    stopped: str = ""  # not empty: the integration's writing is stopped until a person has looked
    # Contract -> its accepted successor, of those whose day has not come.
    renewals: Mapping[int, Accepted] = field(default_factory=dict)
    put_backs: Mapping[Key, PutBack] = field(default_factory=dict)
    only_put_backs: bool = False  # the run puts back, and leaves all other lines as they are
    last_before_posting: bool = False  # the schedule runs no more before the next posting day
    # Contracts of which the total proves nothing of our line: others are priced there, or nobody looked.
    crowded: frozenset[int] = frozenset()
    beside: Tally = NOTHING  # of lines that stand as they should, and are left out of these facts
