"""Where everything stands: the newest whole plan, with what smaller runs changed since.

A plan of 10,000 companies is one document of megabytes, and never changes once its run has ended: what was
read from it is kept in this process, so that a page costs a few queries whatever the number of lines.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from seatbridge.integrations.models import Integration
from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.figures import Figures, figures_of
from seatbridge.sync.shown.groups import Group
from seatbridge.sync.shown.show import show_runs
from seatbridge.sync.shown.shown_lines import ShownLine, read_lines

NEWEST = 30  # runs looked through for the newest whole plan: approvals of single lines lie above it
KEPT = 4  # plans kept in memory
Stamp = tuple[int, str]  # a run, and what would differ if it were not the same one


@dataclass(frozen=True, slots=True)
class PlanLines:
    """`lines` without those that hold nothing to see: no users, and no line."""

    lines: tuple[ShownLine, ...]
    groups: Mapping[Group, tuple[ShownLine, ...]]
    run_of: Mapping[tuple[str, str], int]  # the run that a line is as of
    digests: Mapping[int, str]  # of those runs' plans: what a decision on a line is bound to
    stamps: tuple[Stamp, ...] = ()  # what all of this was read from
    companies: int = 0  # that have a line which is not off

    def is_of(self, line: ShownLine, run: SyncRun) -> bool:
        """No later plan has it."""
        return self.run_of.get(line.key, run.pk) <= run.pk

    def of(self, company: str) -> list[ShownLine]:
        return [line for line in self.lines if line.company == company]


@dataclass(frozen=True, slots=True)
class Standing:
    """`active`: the run under way. `latest`: the newest run that has ended. `base`: the one with the plan.

    `waiting`: runs that wait for a person as a whole, the base and those for some companies since.
    """

    active: SyncRun | None
    latest: SyncRun | None
    base: SyncRun | None
    plan: PlanLines
    waiting: tuple[SyncRun, ...] = ()

    @property
    def waits(self) -> bool:
        return self.base is not None and self.base.state == SyncRun.State.AWAITING_APPROVAL

    @property
    def failed(self) -> SyncRun | None:
        """The newest run, where it broke off."""
        return self.latest if self.latest is not None and self.latest.problem else None


EMPTY = PlanLines((), {}, {}, {})


def standing_of(integration: Integration) -> Standing:
    """One query where nothing changed since the last time, two more where something did; at most four."""
    rows = list(
        SyncRun.objects.filter(integration=integration).defer("plan_document").order_by("-pk")[:NEWEST]
    )
    active = next((run for run in rows if run.state in SyncRun.ACTIVE), None)
    ended = [run for run in rows if run.state not in SyncRun.ACTIVE]
    # What a put back would do is no news of the lines; what it did is.
    planned = [run for run in ended if run.plan_digest and not (run.puts_back_id and not _has_written(run))]
    base = next((run for run in planned if not run.companies), None)
    if base is None and len(rows) == NEWEST:
        whole = SyncRun.objects.filter(integration=integration, companies=[]).exclude(plan_digest="")
        base = whole.exclude(state__in=SyncRun.ACTIVE).defer("plan_document").order_by("-pk").first()
    latest = ended[0] if ended else None
    if base is None:
        return Standing(active, latest, None, EMPTY)
    shown = [base, *(run for run in reversed(planned) if run.pk > base.pk)]
    plan = _read(tuple(_stamp(run) for run in shown))
    return Standing(active, latest, base, plan, tuple(run for run in shown if _waits_as_a_whole(run)))


def _waits_as_a_whole(run: SyncRun) -> bool:
    """An approval of single lines that waits is decided on line by line: it shows no others."""
    return run.state == SyncRun.State.AWAITING_APPROVAL and not run.only_named


def _has_written(run: SyncRun) -> bool:
    return not run.dry_run and run.state in (SyncRun.State.SUCCEEDED, SyncRun.State.NEEDS_ATTENTION)


def lines_of_run(run: SyncRun) -> PlanLines:
    """Of one run, as it ended."""
    return _read((_stamp(run),)) if run.plan_digest else EMPTY


def _stamp(run: SyncRun) -> Stamp:
    what = (run.plan_digest, run.state, str(run.ended_at), run.summary, run.problem)
    return run.pk, json.dumps(what, sort_keys=True)


def stake_of(line: ShownLine) -> Decimal:
    """What is at stake a month: the change, or all of what is not being billed."""
    stake = line.unbilled if line.group is Group.NOT_BILLED else line.money
    return abs(stake or Decimal(0))


@lru_cache(maxsize=KEPT)
def _read(stamps: tuple[Stamp, ...]) -> PlanLines:
    runs = SyncRun.objects.filter(pk__in=[run_id for run_id, _ in stamps]).order_by("pk")
    found: dict[tuple[str, str], ShownLine] = {}
    run_of: dict[tuple[str, str], int] = {}
    digests: dict[int, str] = {}
    for run, documents in show_runs(runs):
        if run.puts_back_id is None:  # what is put back is decided on where it was previewed
            digests[run.pk] = run.plan_digest
        named = {(company, product) for company, product in run.approved_lines} if run.only_named else None
        for line in read_lines(documents):
            if run.puts_back_id is not None and line.outcome != "change":
                continue
            if named is None or line.key in named:
                found[line.key] = line
                run_of[line.key] = run.pk
    lines = tuple(line for line in found.values() if not line.is_empty)
    groups: dict[Group, list[ShownLine]] = {}
    for line in sorted(lines, key=stake_of, reverse=True):  # the plan itself is sorted by name
        groups.setdefault(line.group, []).append(line)
    ordered = {group: tuple(groups[group]) for group in reversed(Group) if group in groups}
    companies = {line.company for group, some in ordered.items() if group is not Group.OFF for line in some}
    return PlanLines(lines, ordered, run_of, digests, stamps, len(companies))


def money_of_plan(integration: Integration, plan: PlanLines) -> Figures:
    """Two queries where the plan is new."""
    return _figures(integration.pk, plan.stamps) if plan.stamps else Figures()


@lru_cache(maxsize=KEPT)
def _figures(integration_id: int, stamps: tuple[Stamp, ...]) -> Figures:
    return figures_of(integration_id, _read(stamps).lines)
