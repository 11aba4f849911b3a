"""A form that was opened before somebody else saved the same settings must not undo them unseen."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction
from django.http import HttpRequest

from seatbridge.integrations.models import Integration, Schedule
from seatbridge.integrations.schedules import schedule_of
from seatbridge.partners.access import Access

FIELD = "was"  # in the form: the seal of what it was filled with
WORDS = "This was changed meanwhile, in another tab or by somebody else. Nothing was saved. {now}"
NOW = "What you typed is still here: save it again to put it in the place of what stands now."
Values = Mapping[str, object]


class Stale(Exception):
    """Carries a sentence."""


@contextmanager
def guarded(
    request: HttpRequest,
    access: Access,
    integration: Integration,
    values_of: Callable[[Integration], Values],
    wanted: Values | None = None,
) -> Iterator[None]:
    """Nobody else changes the integration inside. Raises Stale, but not where all is as `wanted`."""
    was = request.POST.get(FIELD, "")
    with transaction.atomic():
        row = access.one(Integration.objects.select_for_update(), pk=integration.pk)
        row.partner = access.partner
        values = values_of(row)
        same = wanted is not None and all(values.get(name) == value for name, value in wanted.items())
        if was and was != seal_of(values) and not same:
            raise Stale(WORDS.format(now=NOW))
        yield


def seal_of(values: Values) -> str:
    return hashlib.sha256(repr(sorted(values.items())).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def connection_values(integration: Integration) -> Values:
    names = ("hostname", "username", "company_name", "password_set_on", "sealed_password", "sealed_totp")
    return {name: getattr(integration, name) for name in names}


def calendar_values(integration: Integration) -> Values:
    return {
        "default": integration.calendar_default,
        "end_posts_on": integration.end_posts_on,
        "start_posts_on": integration.start_posts_on,
        "fiscal": integration.fiscal,
        "freeze_until": integration.freeze_until.replace(second=0, microsecond=0),
    }


def schedule_values(integration: Integration, known: Schedule | None = None) -> Values:
    row = known or schedule_of(integration)
    return {"cadence": row.cadence, "weekday": row.weekday, "at": row.at, "timezone": row.timezone}
