"""API tokens: made once, kept as a hash, recognized."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from seatbridge.kit.secret import Secret
from seatbridge.partners.models import ApiToken

_MARK = "sb"  # tells a leaked token's finder, and scanners, what it is
_PREFIX_BYTES = 5
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewToken:
    prefix: str
    hash: str
    text: Secret  # shown once


def new_token() -> NewToken:
    prefix = secrets.token_hex(_PREFIX_BYTES)
    text = f"{_MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    return NewToken(prefix, hash_of(text), Secret(text))


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_token(text: str, now: datetime) -> ApiToken | None:
    """The living token that this text is; notes its use once a minute at most."""
    mark, _, rest = text.partition("_")
    prefix = rest.partition("_")[0]
    if mark != _MARK or len(prefix) != 2 * _PREFIX_BYTES or not prefix.isalnum():
        return None
    token = ApiToken.objects.select_related("partner").filter(living(now), prefix=prefix).first()
    if token is None or not hmac.compare_digest(token.hash, hash_of(text)):
        return None
    if token.last_used_at is None or now - token.last_used_at >= _USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def living(now: datetime) -> Q:
    return Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))
