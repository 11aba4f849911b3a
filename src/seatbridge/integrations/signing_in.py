"""The lock-out rule. BMS locks a user for 30 minutes after 5 bad sign-ins, API users included.

- A machine never signs in again after a refusal, until the password changed or a person got in with it.
- Nobody signs in a fourth time within 30 minutes unless one of the three was good. Where the password was
  good before, three may be under way at once, and the fourth waits for one of them.
- A password that was never good is tried by one process at a time, so that two cost one bad sign-in.
A BMS user is (host, company name, user name): integrations with the same user share what is remembered.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from seatbridge.integrations.changing import tell
from seatbridge.integrations.models import BmsUser, Integration
from seatbridge.kit.sealed import Seal
from seatbridge.psa.errors import NeedsCredentials, RateLimited, Retriable
from seatbridge.psa.kaseya_bms.signing_in import Credentials

WINDOW = timedelta(minutes=30)
MOST_TRIES = 3
LONGEST_TRY = timedelta(seconds=85)  # longer than a sign-in takes: who began it is gone
_PURPOSE = "sign-in"


class SignInBusy(Retriable):
    """Another process is signing in as this user just now, or three are."""


def check_may_sign_in(signing: Credentials, seal: Seal, now: datetime, *, by_person: bool) -> None:
    """Call right before a sign-in, and one of the three `note_*` right after it: in between it is under way.

    Raises NeedsCredentials (a person must act), RateLimited (not before `retry_at`), SignInBusy.
    """
    with transaction.atomic(durable=True):
        user = _locked(signing)
        proven = seal.signed(_PURPOSE, _message(signing), user.proven_credentials)
        if not proven and user.trying_since is not None and now - user.trying_since < LONGEST_TRY:
            raise SignInBusy(f"Another process is signing in to Kaseya BMS as {signing.username}.")
        if not by_person and seal.signed(_PURPOSE, _message(signing), user.refused_credentials):
            raise _refused_before(signing, user)
        recent = _recent(user, now)
        under_way = [at for at in recent if now - at < LONGEST_TRY] if proven else []
        if len(recent) >= MOST_TRIES > len(recent) - len(under_way):
            raise SignInBusy(f"{MOST_TRIES} processes are signing in to Kaseya BMS as {signing.username}.")
        if len(recent) >= MOST_TRIES:
            raise _too_many(signing, recent[-MOST_TRIES] + WINDOW)
        user.tries = [each.isoformat() for each in (*recent, now)]
        user.trying_since = now
        user.save()


def note_signed_in(signing: Credentials, seal: Seal) -> None:
    """This password is good: what was held against it is forgotten, whatever it was. One statement."""
    _rows(signing).update(
        refused_credentials="",
        refused_at=None,
        proven_credentials=seal.sign(_PURPOSE, _message(signing)),
        tries=[],
        trying_since=None,
    )


def note_refused(signing: Credentials, seal: Seal, now: datetime, integration: Integration) -> None:
    """From here on no machine uses this password again."""
    with transaction.atomic(durable=True):
        user = _locked(signing)
        user.refused_credentials, user.refused_at = seal.sign(_PURPOSE, _message(signing)), now
        user.proven_credentials, user.trying_since = "", None
        user.save()
        facts = {"hostname": signing.host, "company_name": signing.company_name, "username": signing.username}
        tell(integration, "integration.sign-in-refused", "Kaseya BMS", facts)


def note_failed(signing: Credentials, seal: Seal) -> None:
    """No verdict came. Only a password that was good before is not counted: BMS may have refused another."""
    with transaction.atomic(durable=True):
        user = _locked(signing)
        if seal.signed(_PURPOSE, _message(signing), user.proven_credentials):
            user.tries = user.tries[:-1]
        user.trying_since = None
        user.save()


def _locked(signing: Credentials) -> BmsUser:
    rows = _rows(signing).select_for_update()
    for user in rows:
        return user
    BmsUser.objects.bulk_create([BmsUser(**_key(signing))], ignore_conflicts=True)
    return rows.all().get()


def _rows(signing: Credentials) -> QuerySet[BmsUser]:
    return BmsUser.objects.filter(**_key(signing))


def _key(signing: Credentials) -> dict[str, str]:
    """Spelling does not make another user: BMS would count the refusals together."""
    return {
        "host": signing.host,
        "company_name": signing.company_name.casefold(),
        "username": signing.username.casefold(),
    }


def _recent(user: BmsUser, now: datetime) -> list[datetime]:
    return [at for at in map(datetime.fromisoformat, user.tries) if now - at < WINDOW]


def _message(signing: Credentials) -> bytes:
    totp = signing.totp_secret.reveal() if signing.totp_secret else ""
    parts = (signing.host, signing.company_name.casefold(), signing.username.casefold())
    return "\0".join((*parts, signing.password.reveal(), totp)).encode()


def _refused_before(signing: Credentials, user: BmsUser) -> NeedsCredentials:
    when = f" on {user.refused_at:%d %b %Y at %H:%M} UTC" if user.refused_at else ""
    return NeedsCredentials(
        f"No sign-in to Kaseya BMS was tried: the last one of {signing.username} was refused{when}.",
        why="Trying a refused password again would lock the user in BMS.",
        fix="Correct the password, or authenticate once by hand if it is right. Syncs then go on.",
    )


def _too_many(signing: Credentials, retry_at: datetime) -> RateLimited:
    return RateLimited(
        f"No sign-in to Kaseya BMS was tried: three of {signing.username} within 30 minutes came to nothing.",
        retry_at=retry_at,
        why="BMS locks a user for 30 minutes after 5 bad sign-ins.",
        fix=f"Try again after {retry_at:%H:%M} UTC. Until then check the password in a browser, in BMS.",
    )
