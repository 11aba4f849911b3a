"""What every page's frame shows: where one is, for which partner, and that time is shifted."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from seatbridge.integrations.models import WritingStop
from seatbridge.integrations.operator_stop import stop_shown_to
from seatbridge.partners.access import Access, NotAMember, access_of
from seatbridge.users.models import User
from seatbridge.web.pages import BOTTOM, links

THEME = "seatbridge_theme"
THEMES = ("system", "light", "dark")


def frame(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get(THEME, "")
    match = request.resolver_match
    shown: dict[str, Any] = {
        "theme": theme if theme in THEMES else "system",
        "here": match.url_name if match else "",
        "shifted_by": settings.DATE_OFFSET_DAYS,
        "shifted_to": timezone.now() + timedelta(days=settings.DATE_OFFSET_DAYS),
        "mail_is_sent": settings.MAIL_IS_SENT,
    }
    access = _access(request)
    if access is None:
        return shown
    found = links()
    return shown | {
        "access": access,
        "partner": access.partner,
        # Looked for where the frame is drawn: a partial has none.
        "writing_stop": SimpleLazyObject(partial(_stop, request, access)),
        "rail": found,
        "bottom": [link for link in found if link.page.name in BOTTOM],
        "more": [link for link in found if link.page.name not in BOTTOM],
    }


def _stop(request: HttpRequest, access: Access) -> WritingStop | None:
    if getattr(request, "seatbridge_nothing_stopped", False):
        return None
    return stop_shown_to(access.partner)


def _access(request: HttpRequest) -> Access | None:
    if not isinstance(getattr(request, "user", None), User):
        return None
    try:
        return access_of(request)
    except NotAMember:
        return None
