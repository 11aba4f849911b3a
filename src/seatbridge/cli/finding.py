"""Rows by what a person typed; where there is none, the sentence says which there are."""

from seatbridge.cli.failing import CommandRefused
from seatbridge.integrations.models import Integration
from seatbridge.partners.finding import NoSuchPartner, partner_named
from seatbridge.partners.models import Partner
from seatbridge.sync.models import SyncRun

MOST_NAMED = 20


def find_partner(name: str) -> Partner:
    try:
        return partner_named(name)
    except NoSuchPartner as missing:
        names = list(Partner.objects.order_by("name").values_list("name", flat=True)[:MOST_NAMED])
        raise CommandRefused(
            f"There is no partner named {name}.",
            fix=f"There are: {', '.join(names)}."
            if names
            else "There is none yet. Add one: seatbridge partner add NAME --timezone TZ",
        ) from missing


def partners_asked(name: str | None) -> list[Partner]:
    """The one that is named, else all."""
    return list(Partner.objects.order_by("name")) if name is None else [find_partner(name)]


def find_integration(number: int) -> Integration:
    integration = Integration.objects.select_related("partner").filter(pk=number).first()
    if integration is not None:
        return integration
    known = [
        f"{row.pk} ({row.partner.name}, {row.company_name} on {row.hostname})"
        for row in Integration.objects.select_related("partner").order_by("pk")[:MOST_NAMED]
    ]
    raise CommandRefused(
        f"There is no integration {number}.",
        fix=f"There are: {'; '.join(known)}."
        if known
        else "There is none yet. Add one: seatbridge integration add",
    )


def find_run(number: int) -> SyncRun:
    run = SyncRun.objects.select_related("integration__partner").filter(pk=number).first()
    if run is not None:
        return run
    newest = SyncRun.objects.order_by("-pk").values_list("pk", flat=True)[:5]
    known = ", ".join(map(str, newest))
    raise CommandRefused(
        f"There is no run {number}.",
        fix=f"The newest are: {known}." if known else "Nothing has run yet: seatbridge sync ID",
    )
