"""Facts, ordered once for looking up: every later step costs the same whatever the number of companies."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from seatbridge.psa.records import Contract, Line
from seatbridge.reconcile.calendar import Kind
from seatbridge.reconcile.contract_checks import check_contract
from seatbridge.reconcile.facts import Facts, Key, KnownLine
from seatbridge.reconcile.line_checks import FoundLine
from seatbridge.reconcile.periods import Cycle, Period, Rhythm
from seatbridge.reconcile.posting import Posting, posting_at, rhythm_of
from seatbridge.reconcile.rulings import Ruling
from seatbridge.reconcile.sorting import Sorted, sort_members
from seatbridge.reconcile.units_before import Before
from seatbridge.reconcile.words import day

NOTHING_KNOWN = KnownLine()


class Terms(NamedTuple):
    """One contract as it bills at this moment; `stop` where nothing may be written to it."""

    contract: Contract | None
    rhythm: Rhythm | None
    posting: Posting
    earliest: Period | None  # its earliest period that is not posted
    today: date
    stop: Ruling | None
    rules: str  # of the calendar, for this contract
    standing: str  # of the contract itself: these two must not move between preview and approval

    @property
    def cycle(self) -> Cycle | None:
        return None if self.rhythm is None else self.rhythm.cycle

    @property
    def name(self) -> str:
        return "" if self.contract is None else self.contract.name


class Billing(NamedTuple):
    """What contracts of one kind have in common."""

    rhythm: Rhythm | None
    earliest: Period | None
    standing: str
    writable: bool


NO_BILLING = Billing(None, None, "", writable=False)


class Looked(NamedTuple):
    """One key as it stands. `before`: its units as known without any invoice."""

    known: KnownLine
    terms: Terms
    found: FoundLine
    before: Before


@dataclass(frozen=True, slots=True)
class Index:
    facts: Facts
    members: Sorted
    today: date
    lines: Mapping[Key, Sequence[Line]]
    priced: Mapping[int, int]  # contract -> how many of its mapped lines carry a price
    stopped: Mapping[int, str]  # contract -> why verification stopped it
    postings: dict[Kind, Posting] = field(default_factory=dict)
    billing: dict[Hashable, Billing] = field(default_factory=dict)
    looked: dict[Key, Looked] = field(default_factory=dict)
    _terms: dict[int, Terms] = field(default_factory=dict)

    def known(self, key: Key) -> KnownLine:
        return self.facts.known.get(key, NOTHING_KNOWN)

    def terms(self, contract_id: int) -> Terms:
        found = self._terms.get(contract_id)
        if found is None:
            found = self._terms[contract_id] = _terms_of(self, contract_id)
        return found


def index_facts(facts: Facts) -> Index:
    lines: dict[Key, list[Line]] = {}
    priced: dict[int, int] = defaultdict(int)
    for line in sorted(facts.lines, key=attrgetter("id")):
        lines.setdefault((line.contract_id, line.service_id), []).append(line)
        if line.unit_price:
            priced[line.contract_id] += 1
    return Index(
        facts=facts,
        members=sort_members(facts),
        today=facts.now.date(),
        lines=lines,
        priced=priced,
        stopped={key[0]: why for key, why in _stopped(facts)},
    )


def _stopped(facts: Facts) -> list[tuple[Key, str]]:
    return sorted((key, known.stopped) for key, known in facts.known.items() if known.stopped)


def _terms_of(index: Index, contract_id: int) -> Terms:
    calendar = index.facts.calendar
    contract = index.facts.contracts.get(contract_id)
    issue_on, fiscal = calendar.issue_on(contract_id), calendar.is_fiscal(contract_id)
    kind = calendar.kind(contract_id)
    posting = index.postings.get(kind)
    if posting is None:
        posting = index.postings[kind] = posting_at(calendar, kind, index.facts.now)
    billing = NO_BILLING if contract is None else _billing(index, contract, posting, fiscal)
    return Terms(
        contract=contract,
        rhythm=billing.rhythm,
        posting=posting,
        earliest=billing.earliest,
        today=index.today,
        stop=None if billing.writable else check_contract(contract, contract_id, index.today),
        rules=f"{issue_on} of cycle, {'fiscal' if fiscal else 'from its start'}",
        standing=billing.standing,
    )


def _billing(index: Index, contract: Contract, posting: Posting, fiscal: bool) -> Billing:  # noqa: FBT001
    """Contracts mostly begin and end together: each kind is worked out once."""
    words = (contract.status, contract.type, contract.billing_cycle)
    kind = (*words, contract.start, contract.end, posting.issue_on, posting.day_of_month, fiscal)
    found = index.billing.get(kind)
    if found is None:
        rhythm = rhythm_of(contract, index.facts.calendar)
        earliest = None if rhythm is None else posting.earliest_unposted(rhythm)
        standing = "|".join((*words, day(contract.start), f"{contract.end and day(contract.end)}"))
        writable = check_contract(contract, contract.id, index.today) is None
        found = index.billing[kind] = Billing(rhythm, earliest, standing, writable)
    return found
