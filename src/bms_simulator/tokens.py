"""Sign-in: tokens that expire, users that lock after five bad sign-ins, one-time codes."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bms_simulator.records import User
from bms_simulator.wire import RefusedError
from bms_simulator.world import World

BAD_SIGN_INS = 5
LOCK = timedelta(minutes=30)
REFRESH_LIFE = timedelta(hours=24)
WRONG_PASSWORD = 978002
WRONG_COMPANY = 978003
LOCKED = 978004
CODE_NEEDED = 978005
BAD_REFRESH = 978006
BAD_GRANT = 978007
NOT_SIGNED_IN = 978001


@dataclass(frozen=True, slots=True)
class Tokens:
    username: str
    access: str
    refresh: str
    access_until: datetime
    refresh_until: datetime


def one_time_code(secret: str, now: datetime) -> str:
    """The six digits of RFC 6238 for this half minute."""
    key = base64.b32decode(secret.replace(" ", "").upper() + "=" * (-len(secret.replace(" ", "")) % 8))
    # SHA-1 is what authenticator apps use for this purpose.
    digest = hmac.new(key, (int(now.timestamp()) // 30).to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


class SignIns:
    def __init__(self, world: World, clock: Callable[[], datetime], generation: int) -> None:
        self._world = world
        self._clock = clock
        # A token of a world that was loaded before must never be one of this world.
        self._generation = generation
        self._issued = 0
        self._by_access: dict[str, Tokens] = {}
        self._bad: dict[str, int] = {}
        self._locked_until: dict[str, datetime] = {}
        self.accepted = 0
        self.refused = 0

    def sign_in(self, form: dict[str, str]) -> Tokens:
        """Tokens, or RefusedError. A wrong password or code is one of the five that lock the user."""
        try:
            user = self._known_user(form)
        except RefusedError:
            self.refused += 1
            raise
        self.accepted += 1
        self._bad.pop(user.username, None)
        return self._issue(user.username)

    def _known_user(self, form: dict[str, str]) -> User:
        status = int(self._world.knobs.sign_in_refusal)
        if form.get("granttype", "").lower() != "password":
            raise RefusedError(BAD_GRANT, "Unsupported grant type.", status)
        if form.get("tenant", "").strip().casefold() != self._world.knobs.company_name.casefold():
            raise RefusedError(WRONG_COMPANY, "Invalid company name.", status)
        user = self._world.users.get(form.get("username", "").strip().casefold())
        if user is None:
            raise RefusedError(WRONG_PASSWORD, "Invalid username or password.", status)
        if self._locked_until.get(user.username, self._clock()) > self._clock():
            raise RefusedError(LOCKED, "The user account is locked.", status)
        if form.get("password", "") != user.password:
            raise self._bad_sign_in(
                user, RefusedError(WRONG_PASSWORD, "Invalid username or password.", status)
            )
        if user.kind == "mfa" and not form.get("mfacode"):
            raise RefusedError(CODE_NEEDED, "An MFA code is required.", status)
        if user.kind == "mfa" and form["mfacode"] != self._expected_code(user):
            raise self._bad_sign_in(user, RefusedError(CODE_NEEDED, "Invalid MFA code.", status))
        return user

    def _expected_code(self, user: User) -> str | None:
        return one_time_code(user.totp_secret, self._clock()) if user.totp_secret else user.mfa_code

    def _bad_sign_in(self, user: User, refusal: RefusedError) -> RefusedError:
        self._bad[user.username] = self._bad.get(user.username, 0) + 1
        if self._bad[user.username] >= BAD_SIGN_INS:
            self._locked_until[user.username] = self._clock() + LOCK
            self._bad.pop(user.username)
        return refusal

    def refresh(self, form: dict[str, str]) -> Tokens:
        """A new pair for an old one; the old pair is void from then on."""
        old = self._by_access.get(form.get("accesstoken", ""))
        if old is None or old.refresh != form.get("refreshtoken") or old.refresh_until <= self._clock():
            raise RefusedError(BAD_REFRESH, "Invalid refresh token.", int(self._world.knobs.sign_in_refusal))
        del self._by_access[old.access]
        return self._issue(old.username)

    def user_of(self, authorization: str) -> User:
        """The user that a bearer token stands for; RefusedError 401 when it is unknown or over."""
        tokens = self._by_access.get(authorization.removeprefix("Bearer ").strip())
        if tokens is None or tokens.access_until <= self._clock():
            raise RefusedError(NOT_SIGNED_IN, "Authorization has been denied for this request.", status=401)
        return self._world.users[tokens.username.casefold()]

    def _issue(self, username: str) -> Tokens:
        self._issued += 1
        # Tokens follow from the seed alone, so that a replayed history is the same to the byte.
        seed = f"{self._world.knobs.seed}:{self._generation}:{self._issued}"
        now = self._clock()
        tokens = Tokens(
            username=username,
            access=hashlib.sha256(f"access:{seed}".encode()).hexdigest(),
            refresh=hashlib.sha256(f"refresh:{seed}".encode()).hexdigest(),
            access_until=now + timedelta(minutes=self._world.knobs.token_minutes),
            refresh_until=now + REFRESH_LIFE,
        )
        self._by_access[tokens.access] = tokens
        return tokens
