"""The plans that decisions are bound to: the newest whole one, and later ones for some companies."""

from collections.abc import Collection
from dataclasses import dataclass

from seatbridge.sync.approvable import may_be_approved, may_be_left, needs_approval_of_run
from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.current import PlanLines, Standing
from seatbridge.sync.shown.groups import Group
from seatbridge.sync.shown.shown_lines import ShownLine
from seatbridge.web.changes.rows import all_words, form_of

DECIDED = (Group.WAITING, Group.COULD_NOT_UPDATE)  # groups of lines that a person may let go or leave
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class PlanForm:
    """Hidden on a page: what the buttons of a plan's lines send along."""

    id: str
    run: int
    digest: str


@dataclass(frozen=True, slots=True)
class WaitingPlan:
    """A plan that waits as a whole. `words`: of the button; empty: no line would change."""

    run: SyncRun
    form: str
    words: str
    names: str  # of the companies that it is for; empty: all


def parts_of(standing: Standing) -> Collection[int]:
    """The later plans, whose lines are decided on one by one."""
    return [] if standing.base is None else set(standing.plan.digests) - {standing.base.pk}


def part_forms(standing: Standing) -> list[PlanForm]:
    """Of the later plans on which something is left to decide."""
    plan, base = standing.plan, standing.base
    if base is None:
        return []
    lines = [line for group in DECIDED for line in plan.groups.get(group, ())]
    runs = {plan.run_of[line.key] for line in lines if may_be_approved(line) or may_be_left(line)}
    return [
        PlanForm(form_of(run, base.pk), run, plan.digests[run])
        for run in sorted(runs.intersection(parts_of(standing)))
    ]


def waiting_plans(standing: Standing) -> list[WaitingPlan]:
    """One for some companies of which nothing is left to write waits no more."""
    base = standing.base
    if base is None:
        return []
    found = []
    for run in standing.waiting:
        lines = to_approve(standing.plan, run)
        if lines or run.pk == base.pk:
            words = all_words(lines) if lines else ""
            found.append(WaitingPlan(run, form_of(run.pk, base.pk), words, _names(standing.plan, run)))
    return found


def to_approve(plan: PlanLines, run: SyncRun) -> list[ShownLine]:
    """What an approval of the run as a whole lets go."""
    return [
        line
        for line in plan.lines
        if plan.run_of[line.key] == run.pk and may_be_approved(line) and needs_approval_of_run(line)
    ]


def _names(plan: PlanLines, run: SyncRun) -> str:
    if not run.companies:
        return ""
    names = list(dict.fromkeys(line.name for line in plan.lines if line.company in run.companies))
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"
