"""Idempotency-Key: a call that is sent again is answered again, and not done again.

Kept for a day per token and key: the digest of the request, and the answer where it was done. A refusal has
changed nothing and is not kept, so the same key may be tried again.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from seatbridge.api.calls import Call
from seatbridge.api.models import KeptAnswer
from seatbridge.api.problems import Problem, invalid
from seatbridge.integrations.clocks import clock

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT = timedelta(hours=24)
LONGEST_CALL = timedelta(minutes=15)  # whoever began it and has not ended by now is gone
LONGEST_KEY = 255
_CHUNK = 1_000_000


def once(call: Call, do: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """`do` at most once for a key. Raises Problem: in progress, or the key came with another request."""
    key = call.headers.get(HEADER)
    if key is None:
        return do()
    if not 1 <= len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise invalid(HEADER, f"The key is 1 to {LONGEST_KEY} printable ASCII characters.")
    now = clock().now()
    kept = _begin(call, key, _digest(call), now)
    if kept.status is not None:
        return _replay(kept)
    answered: HttpResponseBase | None = None
    try:
        answered = do()
    finally:
        _end(kept, answered)
    return answered


def _begin(call: Call, key: str, digest: str, now: datetime) -> KeptAnswer:
    """A new row, or the one that was answered before."""
    rows = call.access.scoped(KeptAnswer).filter(token=call.access.token)
    rows.filter(begun_at__lt=now - KEPT).delete()
    rows.filter(key=key, status=None, begun_at__lt=now - LONGEST_CALL).delete()
    made = KeptAnswer(token=call.access.token, key=key, digest=digest, begun_at=now)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        found = rows.filter(key=key).first()
    else:
        return made
    if found is not None and found.digest != digest:
        raise Problem(
            422,
            "This Idempotency-Key came with another request before. Use a new key for a new request.",
            "idempotency-key-reused",
        )
    if found is None or found.status is None:
        raise Problem(
            409,
            "The same call is being carried out. Ask again in a moment.",
            "in-progress",
            headers={"Retry-After": "1"},
        )
    return found


def _end(kept: KeptAnswer, answered: HttpResponseBase | None) -> None:
    if not isinstance(answered, HttpResponse) or answered.status_code >= 400:
        kept.delete()
        return
    kept.status, kept.content = answered.status_code, answered.content.decode()
    kept.location = answered.headers.get("Location", "")
    kept.save(update_fields=["status", "content", "location"])


def _replay(kept: KeptAnswer) -> HttpResponse:
    headers = {REPLAYED: "true"} | ({"Location": kept.location} if kept.location else {})
    media_type = "application/json; charset=utf-8"
    return HttpResponse(kept.content, status=kept.status, content_type=media_type, headers=headers)


def _digest(call: Call) -> str:
    """Keyed: from the row alone nobody can try out which password a request held."""
    mac = salted_hmac("seatbridge.api.repeating", b"", secret=settings.SECRET_KEY, algorithm="sha256")
    for part in (call.method or "", call.get_full_path(), call.content_type or ""):
        mac.update(part.encode("utf-8", "surrogatepass") + b"\0")
    body = call.csv if hasattr(call, "csv") else None
    mac.update(call.body if body is None else _digest_of(body))
    return mac.hexdigest()


def _digest_of(source: BinaryIO) -> bytes:
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
    source.seek(0)
    return digest.digest()
