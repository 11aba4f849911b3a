"""Needs you: company, fact, money a month, deadline, one button; the most money first."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.urls import reverse

from seatbridge.integrations.models import Integration
from seatbridge.mappings.renewing.listing import URGENT
from seatbridge.reconcile.calendar import BillingCalendar
from seatbridge.sync.approvable import may_be_approved
from seatbridge.sync.shown.current import Standing, stake_of
from seatbridge.sync.shown.groups import NEEDS_PERSON, Group
from seatbridge.sync.shown.shown_lines import ShownLine
from seatbridge.web.at_home.strip import Deadlines
from seatbridge.web.cards import Action, Card
from seatbridge.web.changes.elsewhere import elsewhere
from seatbridge.web.changes.rows import (
    all_words,
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
    groups = standing.plan.groups
    lines = [line for group in reversed(NEEDS_PERSON) for line in groups.get(group, ())]
    if standing.waits:
        lines = [line for line in lines if line.status != "awaiting-approval"]
    once = {_decision(line): line for line in reversed(lines)}
    return sorted(once.values(), key=lambda line: (-stake_of(line), line.name.casefold()))


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
        may_write = may_approve and integration.enabled and may_be_approved(line)
        name = " and ".join(together.get(line.shared, [line.name]))
        cards.append(_card(line, name, standing, by, integration, may_write=may_write))
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


def plan_card(standing: Standing, waiting: Sequence[ShownLine], deadlines: Deadlines) -> Card | None:
    """The whole plan, where it waits."""
    if not standing.waits or standing.base is None:
        return None
    return Card(
        fact="The last plan waits for your approval. Nothing was written.",
        cause=" ".join(standing.base.holds),
        money=all_words(waiting) if waiting else "",
        deadline=f"Decide before {day_words(deadlines.first)}.",
        actions=(
            Action("Look at the plan", f"{reverse('changes')}?integration={standing.base.integration_id}"),
        ),
        group=Group.WAITING,
        key="plan",
    )


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
    line: ShownLine, name: str, standing: Standing, by: date, integration: Integration, *, may_write: bool
) -> Card:
    base = standing.base
    whole_plan = line.status == "held:plan-change"
    units = "changes its plan" if whole_plan else units_words(line)
    is_of_base = base is not None and standing.plan.run_of[line.key] == base.pk
    return Card(
        fact=f"{name}: {units}" if units else name,
        cause=" ".join(sentence(part) for part in (line.cause, line.waiting) if part),
        money="" if whole_plan else money_of_line(line),
        deadline=f"Before you post on {day_words(by)}.",
        actions=(_action(line, standing, integration, may_write=may_write and is_of_base),),
        group=line.group,
        key=f"line-{line.product}-{line.company}",
    )


def _action(line: ShownLine, standing: Standing, integration: Integration, *, may_write: bool) -> Action:
    base = standing.base
    if may_write and base is not None and line.line_id is not None:
        fields = (
            ("run", str(base.pk)),
            ("digest", base.plan_digest),
            ("only", f"{line.company}/{line.product}"),
            ("next", reverse("home")),
        )
        return Action(write_words(line), reverse("run-approve"), post=True, fields=fields)
    other = elsewhere(line, integration.pk)
    if other is not None:
        return Action(other.words, other.url)
    return Action(f"Look at {line.name}", f"{company_url(line.company)}?integration={integration.pk}")
