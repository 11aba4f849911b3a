"""The six digits that an authenticator app shows (RFC 6238, with SHA-1 and 30 seconds, as BMS takes them)."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

STEP_SECONDS = 30


class TotpSecretRefused(ValueError):
    pass


def step_of(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def code_of(secret: str, step: int) -> str:
    """`secret` is base32 as shown at enrolment, with or without spaces. Raises TotpSecretRefused."""
    letters = "".join(secret.split()).replace("-", "").rstrip("=").upper()
    try:
        key = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError):
        raise TotpSecretRefused("The TOTP secret is not base32 text.") from None
    if not key:
        raise TotpSecretRefused("The TOTP secret is empty.")
    digest = hmac.digest(key, step.to_bytes(8, "big"), hashlib.sha1)
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
