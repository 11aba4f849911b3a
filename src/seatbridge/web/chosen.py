"""The integration that a page speaks of: the one in the URL, else the partner's first."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from seatbridge.integrations.models import Integration, Schedule
from seatbridge.integrations.operator_stop import asking_for_stops
from seatbridge.partners.access import Access


@dataclass(frozen=True, slots=True)
class Chosen:
    """`others` is empty where a partner has one integration only: then there is nothing to choose."""

    integration: Integration | None
    others: tuple[Integration, ...]


def chosen_integration(
    request: HttpRequest, access: Access, rows: QuerySet[Integration] | None = None
) -> Chosen:
    """One query. Raises Http404 for an integration that is not the partner's."""
    mine = access.scoped(Integration if rows is None else rows).filter(is_draft=False)
    found = list(asking_for_stops(mine).select_related("schedule").order_by("pk"))
    note_stops(request, found)
    for each in found:
        each.partner = access.partner
    wanted = request.GET.get("integration", "")
    if not wanted:
        return Chosen(found[0] if found else None, tuple(found) if len(found) > 1 else ())
    integration = next((each for each in found if str(each.pk) == wanted), None)
    if integration is None:
        raise Http404
    return Chosen(integration, tuple(found) if len(found) > 1 else ())


def note_stops(request: HttpRequest, found: Sequence[Integration]) -> None:
    """Spare the frame its own question, of rows that came through `asking_for_stops`."""
    if found and not getattr(found[0], "any_stop", True):
        request.seatbridge_nothing_stopped = True  # type: ignore[attr-defined]


def schedule_read_with(integration: Integration) -> Schedule:
    """Of an integration that was chosen: no query."""
    row = getattr(integration, "schedule", None)
    return row if isinstance(row, Schedule) else Schedule(integration=integration)
