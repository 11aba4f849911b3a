"""A new partner."""

import difflib
import zoneinfo

from django.db import IntegrityError, transaction

from seatbridge.kit.timezones import is_time_zone
from seatbridge.partners.models import Partner


class PartnerRefused(ValueError):
    """Carries a sentence for the person who typed."""


def add_partner(name: str, timezone: str) -> Partner:
    """`timezone`: an IANA name. Raises PartnerRefused: name empty or taken, or zone unknown."""
    name = " ".join(name.split())
    if not name:
        raise PartnerRefused("A partner needs a name.")
    if len(name) > 200:
        raise PartnerRefused(f"The name has {len(name)} characters; 200 is the most.")
    if not is_time_zone(timezone):
        near = difflib.get_close_matches(timezone, zoneinfo.available_timezones(), n=1)
        advice = f"did you mean {near[0]}?" if near else "write one such as America/New_York."
        raise PartnerRefused(f"{timezone!r} is not a time zone: {advice}")
    try:
        with transaction.atomic():
            return Partner.objects.create(name=name, timezone=timezone)
    except IntegrityError as error:
        raise PartnerRefused(f"There is a partner named {name} already.") from error
