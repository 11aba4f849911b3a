"""What the schedule would miss: said on Home and at the schedule itself, with the money where it is known."""

from collections.abc import Iterable
from decimal import Decimal

from django.urls import reverse

from seatbridge.integrations.cutoffs import LATE, Cutoff, Missed
from seatbridge.integrations.models import Integration
from seatbridge.sync.shown.current import Standing, stake_of
from seatbridge.sync.shown.groups import Group, group_of
from seatbridge.web.cards import Action, Card
from seatbridge.web.wording import day_words, money_words


def late_cards(
    cutoffs: Iterable[Cutoff], integration: Integration, standing: Standing, *, may_approve: bool
) -> list[Card]:
    return [_card(cutoff, integration, standing, may_approve=may_approve) for cutoff in cutoffs]


def _card(cutoff: Cutoff, integration: Integration, standing: Standing, *, may_approve: bool) -> Card:
    after = f"{day_words(cutoff.after.date())} at {cutoff.after:%H:%M}"
    schedule = Action("Change the schedule", f"{reverse('integration', args=[integration.pk])}#schedule")
    if cutoff.missed is Missed.MONTH_END_COUNT:
        return Card(
            fact=f"No sync runs on {day_words(cutoff.on)}, when Password Boss counts.",
            cause=f"The next one after it is on {after}. What changes until then is charged to you, "
            "and your contracts do not carry it yet. A daily schedule runs on that day.",
            actions=(schedule,),
            group=group_of(LATE),
            key=f"late-{cutoff.missed}",
        )
    fields = (("integration", str(integration.pk)), ("next", reverse("home")))
    sync = Action("Sync Now", reverse("sync-now"), post=True, fields=fields)
    return Card(
        fact=f"No sync runs before you post on {day_words(cutoff.on)}.",
        cause=f"The next one is on {after}, and a posting day writes nothing until posting is done.",
        money=_at_stake(standing),
        deadline=f"Sync before {day_words(cutoff.on)} begins.",
        actions=(sync, schedule) if may_approve else (schedule,),
        group=group_of(LATE),
        key=f"late-{cutoff.missed}-{cutoff.on}",
    )


def _at_stake(standing: Standing) -> str:
    """Of the changes that the last plan left for a later sync, or could not make."""
    left = [
        line
        for line in standing.plan.lines
        if line.status == "planned" or line.group is Group.COULD_NOT_UPDATE
    ]
    once = {line.shared: line for line in left}.values()
    stake = sum((stake_of(line) for line in once), Decimal(0))
    return f"{money_words(stake, left[0].currency)} a month" if stake else ""
