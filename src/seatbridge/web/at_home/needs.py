"""Needs you: company, fact, money a month, deadline, one button; the most money first."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.urls import reverse

from seatbridge.integrations.models import Integration
from seatbridge.mappings.renewing.listing import URGENT
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.sync.approvable import may_be_approved, may_be_left
from seatbridge.sync.shown.current import Standing, stake_of
from seatbridge.sync.shown.groups import NEEDS_PERSON, Group
from seatbridge.sync.shown.shown_lines import ShownLine
from seatbridge.web.at_home.strip import Deadlines
from seatbridge.web.cards import Action, Card
from seatbridge.web.changes.elsewhere import elsewhere
from seatbridge.web.changes.plans import WaitingPlan, waiting_plans
from seatbridge.web.changes.rows import (
    leave_words,
    money_of_line,
    sentence,
    units_words,
    write_words,
)
from seatbridge.web.links import company_url
from seatbridge.web.wording import day_words

MOST = 6


def needing(standing: Standing) -> list[ShownLine]:
    """One line for each line of BMS; a plan that waits as a whole is one decision of its own."""
    once = {_decision(line): line for line in reversed(_waiting(standing))}
    return sorted(once.values(), key=lambda line: (-stake_of(line), line.name.casefold()))


def companies_needing(standing: Standing) -> int:
    """Each by its own name, also where several are one line of BMS."""
    return len({line.company for line in _waiting(standing)})


def _waiting(standing: Standing) -> list[ShownLine]:
    run_of, whole = standing.plan.run_of, {run.pk for run in standing.waiting}
    groups = standing.plan.groups
    lines = [line for group in reversed(NEEDS_PERSON) for line in groups.get(group, ())]
    return [line for line in lines if line.status != "awaiting-approval" or run_of[line.key] not in whole]


def _decision(line: ShownLine) -> tuple[object, ...]:
    """A change of plan is one decision for both of its lines."""
    return ("plan", line.company) if line.status == "held:plan-change" else line.shared


def cards_of(
    lines: Iterable[ShownLine],
    standing: Standing,
    integration: Integration,
    calendar: BillingCalendar,
    *,
    deadlines: Deadlines,
    may_approve: bool,
) -> list[Card]:
    cards = []
    together = _names_together(standing)
    for line in lines:
        kind = calendar.kind(line.contract_id or 0)
        by = deadlines.days.get(kind, deadlines.first)
        name = " and ".join(together.get(line.shared, [line.name]))
        cards.append(_card(line, name, standing, by, integration, may_approve=may_approve))
    return cards


def _names_together(standing: Standing) -> dict[object, list[str]]:
    """The companies of each line of BMS that needs a person."""
    found: dict[object, list[str]] = {}
    for group in NEEDS_PERSON:
        for line in standing.plan.groups.get(group, ()):
            names = found.setdefault(line.shared, [])
            if line.name not in names:
                names.append(line.name)
    return found


def plan_cards(standing: Standing, deadlines: Deadlines, *, may_write: bool) -> list[Card]:
    """Each plan that waits as a whole; one for some companies is written from its card."""
    return [_plan_card(each, deadlines, may_write=may_write) for each in waiting_plans(standing)]


def _plan_card(each: WaitingPlan, deadlines: Deadlines, *, may_write: bool) -> Card:
    run = each.run
    look = Action("Look at the plan", f"{reverse('changes')}?integration={run.integration_id}")
    plan = (*_seal(run.pk, run.plan_digest), ("plan", "1"))
    write = Action(each.words, reverse("run-approve"), post=True, fields=plan)
    what = f"The plan for {each.names}" if each.names else "The last plan"
    return Card(
        fact=f"{what} waits for your approval. Nothing was written.",
        cause=" ".join(run.holds),
        money=each.words,
        deadline=f"Decide before {day_words(deadlines.first)}.",
        actions=(write, look) if each.names and may_write else (look,),
        group=Group.WAITING,
        key=f"plan-{run.pk}" if each.names else "plan",
    )


def _seal(run: int, digest: str) -> tuple[tuple[str, str], ...]:
    """Of the plan that a decision is bound to; and back to Home."""
    return ("run", str(run)), ("digest", digest), ("next", reverse("home"))


def renewals_card(integration: Integration, today: date) -> Card | None:
    """Contracts that end within 30 days, or have ended, with no successor accepted."""
    number = int(getattr(integration, "contracts_ending", 0))
    if not number:
        return None
    name = getattr(integration, "next_to_end", "")
    what = f"The contract of {name} ends" if number == 1 else f"{number:,} contracts end"
    return Card(
        fact=f"{what} by {day_words(today + URGENT)}, or ended, with no successor accepted.",
        cause="Nothing can be written to a contract after its last day.",
        actions=(Action("Look at what follows", reverse("renewals", args=[integration.pk])),),
        group=Group.WAITING,
        key="renewals",
    )


def _card(
    line: ShownLine, name: str, standing: Standing, by: date, integration: Integration, *, may_approve: bool
) -> Card:
    whole_plan = line.status == "held:plan-change"
    units = "changes its plan" if whole_plan else units_words(line)
    return Card(
        fact=f"{name}: {units}" if units else name,
        cause=" ".join(sentence(part) for part in (line.cause, line.waiting) if part),
        money="" if whole_plan else money_of_line(line),
        deadline=f"Before you post on {day_words(by)}.",
        actions=tuple(_actions(line, standing, integration, may_approve=may_approve)),
        group=line.group,
        key=f"line-{line.product}-{line.company}",
    )


def _actions(
    line: ShownLine, standing: Standing, integration: Integration, *, may_approve: bool
) -> Iterator[Action]:
    """Write it, or go where it is decided or looked at; and beside that, leave it as it is."""
    run = standing.plan.run_of[line.key]
    digest = standing.plan.digests.get(run)
    only = ("only", f"{line.company}/{line.product}")
    fields = () if digest is None else (*_seal(run, digest), only)
    may_decide = bool(fields) and may_approve and integration.enabled
    other = elsewhere(line, integration.pk) if may_approve else None
    if may_decide and may_be_approved(line) and line.line_id is not None:
        yield Action(write_words(line), reverse("run-approve"), post=True, fields=fields)
    elif other is not None:
        yield Action(other.words, other.url)
    else:
        url = f"{company_url(line.company)}?integration={integration.pk}"
        yield Action(f"Look at {line.name}", url)
    if may_decide and may_be_left(line):
        yield Action(leave_words(line), reverse("run-leave"), post=True, fields=fields)
