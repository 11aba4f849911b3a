"""Keep what the newest whole plan was computed from, so that other rules can be tried on it.

Only what rules can have a say in is kept, and only of the newest plan: a quiet night keeps a few kilobytes.
See `shown.effect`.
"""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from inspect import signature

import msgspec

from seatbridge.psa.records import Contract, Line
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.reconcile.decided import Decided
from seatbridge.reconcile.facts import (
    Accepted,
    Company,
    CompanyMapping,
    Count,
    Facts,
    FeedSizes,
    Invoiced,
    Kept,
    KnownLine,
    NewLine,
    PutBack,
    Stop,
    Verdict,
)
from seatbridge.reconcile.moving import moving_part
from seatbridge.reconcile.run_limits import Judged
from seatbridge.reconcile.tally import Tally
from seatbridge.sync.models import LastFacts, SyncRun


@dataclass(frozen=True, slots=True)
class KeptFacts:
    """Facts in the shape of JSON: pairs are not keys there. `shape`: of the release that wrote them."""

    shape: str
    now: datetime
    currency: str
    companies: list[Company]
    products: tuple[str, ...]
    counts: list[tuple[str, str, Count]]
    company_mappings: dict[str, CompanyMapping]
    product_mappings: dict[str, int]
    contracts: list[Contract]
    lines: list[Line]
    known: list[tuple[int, int, KnownLine]]
    invoiced: list[tuple[int, int, Invoiced]]
    calendar: BillingCalendar
    verdict: Verdict
    first_run_done: bool
    decisions: list[tuple[int, int, Decided]]
    feed: FeedSizes
    stopped: str
    renewals: dict[int, Accepted]
    put_backs: list[tuple[int, int, PutBack]]
    last_before_posting: bool
    beside: Tally
    changes: list[list[tuple[int, int, int]]]
    stops: list[tuple[str, str, Stop]]
    new_lines: list[tuple[int, int, NewLine]]
    kept: list[tuple[int, int, Kept]]
    crowded: list[int]


# Records lie there as bare lists of their fields: another release's may look alike and mean something else.
_RECORDS = (
    KeptFacts, Company, CompanyMapping, Count, KnownLine, Invoiced, Contract, Line, BillingCalendar, Verdict,
    Tally, Accepted, Decided, PutBack, Stop, NewLine, Kept,
)  # fmt: skip
SHAPE = hashlib.sha256(repr([str(signature(record)) for record in _RECORDS]).encode()).hexdigest()[:16]


def keep_facts(run: SyncRun, facts: Facts, judged: Sequence[Judged]) -> None:
    """Not of a plan of few companies, or of a put back: rules are tried on all of them."""
    if run.companies or run.puts_back_id is not None:
        return
    document = zlib.compress(msgspec.json.encode(_kept(moving_part(facts, judged))), level=1)
    LastFacts.objects.bulk_create(
        [LastFacts(integration_id=run.integration_id, run=run, document=document)],
        update_conflicts=True,
        unique_fields=["integration"],
        update_fields=["run", "document"],
    )


def _kept(facts: Facts) -> KeptFacts:
    return KeptFacts(
        shape=SHAPE,
        now=facts.now,
        currency=facts.currency,
        companies=list(facts.companies.values()),
        products=facts.products,
        counts=[(*pair, count) for pair, count in facts.counts.items()],
        company_mappings=dict(facts.company_mappings),
        product_mappings=dict(facts.product_mappings),
        contracts=list(facts.contracts.values()),
        lines=list(facts.lines),
        known=[(*key, known) for key, known in facts.known.items()],
        invoiced=[(*key, invoiced) for key, invoiced in facts.invoiced.items()],
        calendar=facts.calendar,
        verdict=facts.verdict,
        first_run_done=facts.approvals.first_run_done,
        decisions=[(*key, decided) for key, decided in facts.decisions.items()],
        feed=facts.feed,
        stopped=facts.stopped,
        renewals=dict(facts.renewals),
        put_backs=[(*key, order) for key, order in facts.put_backs.items()],
        last_before_posting=facts.last_before_posting,
        beside=facts.beside,
        changes=[[(*key, units) for key, units in each.items()] for each in facts.instructions.changes],
        stops=[(*pair, stop) for pair, stop in facts.instructions.stops.items()],
        kept=[(*key, units) for key, units in facts.instructions.kept.items()],
        crowded=sorted(facts.crowded),
        new_lines=[(*key, line) for key, line in facts.instructions.new_lines.items()],
    )
