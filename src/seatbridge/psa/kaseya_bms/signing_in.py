"""What is sent to sign in, and the words for a sign-in that BMS refused."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import quote, quote_plus

from seatbridge.kit.secret import Secret
from seatbridge.psa.errors import NeedsCredentials, NotUnderstood
from seatbridge.psa.kaseya_bms import calls
from seatbridge.psa.kaseya_bms.calls import Call
from seatbridge.psa.kaseya_bms.wire import Envelope, Row

UNSTATED_LIFE = timedelta(minutes=20)


class SignInOutcome(StrEnum):
    SIGNED_IN = "signed-in"
    REFUSED = "refused"  # counts against the user in BMS: nothing may try again by itself
    FAILED = "failed"  # no verdict on the password came


@dataclass(frozen=True, slots=True)
class Credentials:
    """`company_name` is the MSP's company name in BMS, what the sign-in form calls Tenant."""

    host: str
    company_name: str
    username: str
    password: Secret
    totp_secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    access: Secret
    refresh: Secret | None
    due: datetime  # when to renew
    refresh_until: datetime | None = field(default=None)


def authenticate_call(credentials: Credentials, mfa_code: str | None) -> Call:
    form = {
        "GrantType": "password",
        "UserName": credentials.username,
        "Password": credentials.password.reveal(),
        "Tenant": credentials.company_name,
    }
    return calls.post_form(calls.AUTHENTICATE, form | ({"MFACode": mfa_code} if mfa_code else {}))


def refresh_call(tokens: Tokens, refresh: Secret) -> Call:
    form = {"AccessToken": tokens.access.reveal(), "RefreshToken": refresh.reveal()}
    return calls.post_form(calls.REFRESH, form)


def read_tokens(envelope: Envelope, now: datetime) -> Tokens:
    row = Row(envelope.result, "the sign-in")
    access, refresh = row.text("AccessToken"), row.text("RefreshToken")
    if not access:
        raise NotUnderstood(
            "Kaseya BMS accepted the sign-in but gave no token.",
            why="The answer is not of the shape that Kaseya publishes.",
            fix="Sign in to BMS in a browser as this user; it may ask for something there first.",
        )
    until = row.stamp("AccessTokenExpireOn")
    return Tokens(
        access=Secret(access),
        refresh=Secret(refresh) if refresh else None,
        due=now + _usable(until - now if until else UNSTATED_LIFE),
        refresh_until=row.stamp("RefreshTokenExpireOn"),
    )


def _usable(life: timedelta) -> timedelta:
    """Two minutes less or half of it, whichever is shorter; the floor is for clocks that differ."""
    return max(min(life - timedelta(minutes=2), life / 2), timedelta(seconds=10))


_MFA = (
    "mfa",
    "multi-factor",
    "multifactor",
    "two-factor",
    "2fa",
    "one-time",
    "verification code",
    "authenticator",
)
_COMPANY = ("tenant", "company")
_PASSWORD = ("password", "locked", "disabled")  # a message that names these as well tells us nothing more


def refused_sign_in(
    credentials: Credentials, envelope: Envelope | None, mfa_code: str | None
) -> NeedsCredentials:
    message = envelope.message if envelope else ""
    # A server may repeat in its message what was sent, also as the form spelled it.
    for secret in filter(None, (credentials.password.reveal(), mfa_code)):
        for spelling in (secret, quote_plus(secret), quote(secret, safe="")):
            message = message.replace(spelling, "***")
    said = f" Kaseya BMS said: {message}" if message else ""
    low = message.lower()
    is_plain = not any(word in low for word in _PASSWORD)
    if is_plain and any(word in low for word in _MFA):
        return _mfa_asked(credentials, said)
    if is_plain and any(word in low for word in _COMPANY):
        return NeedsCredentials(
            f"Kaseya BMS does not know the company name {credentials.company_name}.",
            refused=True,
            why=f"It must be spelled as in BMS.{said}",
            fix="Copy it from My Settings in BMS, then authenticate once by hand.",
        )
    return NeedsCredentials(
        f"Kaseya BMS refused the sign-in of {credentials.username}.",
        refused=True,
        why=f"The password is wrong or expired, or the user is locked; BMS does not say which.{said}",
        fix="Sign in to BMS in a browser as this user and correct the password here. A locked user is free "
        "again after 30 minutes. Then authenticate once by hand; nothing tries again by itself.",
    )


def _mfa_asked(credentials: Credentials, said: str) -> NeedsCredentials:
    if credentials.totp_secret is None:
        fix = "Use a user of type API Employee, which needs none, or enter the user's TOTP secret."
    else:
        fix = "Check the TOTP secret, and that this machine's clock is right, then authenticate once by hand."
    return NeedsCredentials(
        f"Kaseya BMS asks {credentials.username} for a second factor.",
        refused=True,
        why=f"The user signs in with MFA, and the code was missing or not accepted.{said}",
        fix=fix,
    )
