"""A signed-in session: get a token, keep it fresh, and never try a refused password again."""

import threading
from collections.abc import Callable

from seatbridge.kit.clock import Clock
from seatbridge.kit.secret import Secret
from seatbridge.psa.errors import NeedsCredentials, PsaError
from seatbridge.psa.kaseya_bms.calls import Call
from seatbridge.psa.kaseya_bms.fates import Fate, refusal
from seatbridge.psa.kaseya_bms.sending import Repeats, Sender
from seatbridge.psa.kaseya_bms.signing_in import (
    Credentials,
    SignInOutcome,
    Tokens,
    authenticate_call,
    read_tokens,
    refresh_call,
    refused_sign_in,
)
from seatbridge.psa.kaseya_bms.totp import STEP_SECONDS, TotpSecretRefused, code_of, step_of
from seatbridge.psa.kaseya_bms.wire import Envelope


class Session:
    def __init__(
        self,
        sender: Sender,
        credentials: Credentials,
        clock: Clock,
        before_sign_in: Callable[[], None],
        on_sign_in: Callable[[SignInOutcome], None],
    ) -> None:
        self._sender = sender
        self._credentials = credentials
        self._clock = clock
        self._before_sign_in = before_sign_in
        self._on_sign_in = on_sign_in
        self._tokens: Tokens | None = None
        self._refused: NeedsCredentials | None = None
        self._proven = False  # this password has been accepted once
        self._last_step = -1
        self._lock = threading.RLock()

    def send(self, call: Call) -> Envelope:
        """Send with a token. A 401 came before any effect, so even a write is sent once more after it."""
        token = self.token()
        fate, answer = self._sender.send(call, token)
        if fate is Fate.UNAUTHORIZED:
            fate, answer = self._sender.send(call, self._renewed(token))
        if fate is Fate.UNAUTHORIZED:
            raise NeedsCredentials(
                "Kaseya BMS does not accept the session that it has just opened.",
                why=f"{call.endpoint} was answered twice as not signed in.",
                fix="Check in BMS that the user's role is Internal with API access, then authenticate again.",
            )
        if fate is Fate.REFUSED or answer.envelope is None:
            raise refusal(call, answer)
        return answer.envelope

    def token(self) -> Secret:
        with self._lock:
            if self._tokens is None:
                return self._sign_in().access
            if self._clock.now() >= self._tokens.due:
                return self._renew(self._tokens).access
            return self._tokens.access

    def _renewed(self, stale: Secret) -> Secret:
        with self._lock:
            if self._tokens is None or self._tokens.access != stale:
                return self.token()  # another thread was quicker
            return self._renew(self._tokens).access

    def _renew(self, old: Tokens) -> Tokens:
        """Refresh; where that fails for whatever reason, sign in, once."""
        if old.refresh is not None and (old.refresh_until is None or old.refresh_until > self._clock.now()):
            fresh = self._refresh(old, old.refresh)
            if fresh is not None:
                self._tokens = fresh
                return fresh
        self._tokens = None
        return self._sign_in()

    def _refresh(self, old: Tokens, refresh: Secret) -> Tokens | None:
        try:
            fate, answer = self._sender.send(refresh_call(old, refresh), None)
            if fate is Fate.DONE and answer.envelope is not None:
                return read_tokens(answer.envelope, self._clock.now())
        except PsaError:
            return None
        return None

    def _sign_in(self) -> Tokens:
        if self._refused is not None:
            raise NeedsCredentials(
                self._refused.what, refused=True, why=self._refused.why, fix=self._refused.fix
            )
        code = self._mfa_code()
        self._before_sign_in()
        try:
            tokens = self._ask_for_tokens(code)
        except PsaError:
            self._on_sign_in(SignInOutcome.FAILED if self._refused is None else SignInOutcome.REFUSED)
            raise
        self._on_sign_in(SignInOutcome.SIGNED_IN)
        self._tokens, self._proven = tokens, True
        return tokens

    def _ask_for_tokens(self, code: str | None) -> Tokens:
        # After a broken answer only a password that has worked goes out again: others may be counted twice.
        repeats = Repeats(unsent=1, broken=1 if self._proven and code is None else 0)
        fate, answer = self._sender.send(authenticate_call(self._credentials, code), None, repeats)
        if fate is Fate.DONE and answer.envelope is not None:
            return read_tokens(answer.envelope, self._clock.now())
        self._refused = refused_sign_in(self._credentials, answer.envelope, code)
        raise self._refused

    def _mfa_code(self) -> str | None:
        """A code is good for one sign-in: within the same half minute the next one is waited for."""
        if self._credentials.totp_secret is None:
            return None
        now = self._clock.now()
        if step_of(now) == self._last_step:
            self._clock.sleep(STEP_SECONDS - now.timestamp() % STEP_SECONDS)
            now = self._clock.now()
        self._last_step = step_of(now)
        try:
            return code_of(self._credentials.totp_secret.reveal(), self._last_step)
        except TotpSecretRefused as refused:
            raise NeedsCredentials(
                "The TOTP secret cannot be used.",
                why=str(refused),
                fix="Enter it again as BMS showed it at set-up.",
            ) from None
