"""A form that must not be done twice carries a mark; the mark's second arrival finds the work done."""

import hashlib
import secrets

from django.core.cache import cache
from django.http import HttpRequest

FIELD = "once"
KEPT_SECONDS = 3600


def new_mark() -> str:
    return secrets.token_urlsafe(12)


def is_first(request: HttpRequest) -> bool:
    """False: this very form was sent before. Without a mark every one is the first."""
    mark = request.POST.get(FIELD, "")[:40]
    key = hashlib.sha256(mark.encode("utf-8", "surrogatepass")).hexdigest()
    return not mark or cache.add(f"once:{request.user.pk}:{key}", "sent", KEPT_SECONDS)
