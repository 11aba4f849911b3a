"""A session with the BMS of an integration: its host allowed, its password opened, its lock-out rule kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import httpx

from seatbridge.config.settings import Settings
from seatbridge.integrations.budgets import SharedBudget
from seatbridge.integrations.credentials import credentials
from seatbridge.integrations.models import Integration
from seatbridge.integrations.signing_in import (
    SignInBusy,
    check_may_sign_in,
    note_failed,
    note_refused,
    note_signed_in,
)
from seatbridge.kit.clock import Clock
from seatbridge.kit.hosts import HostRefused
from seatbridge.kit.sealed import Seal
from seatbridge.psa.errors import Rejected
from seatbridge.psa.kaseya_bms.call_window import Rate
from seatbridge.psa.kaseya_bms.client import Bms, open_bms
from seatbridge.psa.kaseya_bms.signing_in import Credentials, SignInOutcome
from seatbridge.vitals.counting import count, put_down

_PATIENCE_SECONDS = 90  # longer than LONGEST_TRY: the next one waits for who is gone, and then goes on


@dataclass(frozen=True, slots=True)
class _Guard:
    integration: Integration
    signing: Credentials
    seal: Seal
    clock: Clock
    by_person: bool

    def before(self) -> None:
        for _ in range(_PATIENCE_SECONDS):
            try:
                return self._check()
            except SignInBusy:
                self.clock.sleep(1)
        return self._check()

    def _check(self) -> None:
        check_may_sign_in(self.signing, self.seal, self.clock.now(), by_person=self.by_person)

    def after(self, outcome: SignInOutcome) -> None:
        if outcome is SignInOutcome.SIGNED_IN:
            note_signed_in(self.signing, self.seal)
        elif outcome is SignInOutcome.REFUSED:
            note_refused(self.signing, self.seal, self.clock.now(), self.integration)
        else:
            note_failed(self.signing, self.seal)


@contextmanager
def open_bms_for(
    integration: Integration,
    settings: Settings,
    clock: Clock,
    *,
    by_person: bool = False,
    transport: httpx.BaseTransport | None = None,
    at_once: int = 1,
) -> Iterator[Bms]:
    """Nothing is sent before the first call. `by_person` only where a person asked to authenticate.

    `at_once`: so many lists are read at the same time, each from a thread of its own.

    Call it outside a transaction: what a sign-in did must be remembered whatever becomes of the rest.
    Raises NeedsCredentials where the password cannot be opened, Rejected where the host is not allowed.
    """
    signing = credentials(integration, settings.seal)
    guard = _Guard(integration, signing, settings.seal, clock, by_person)
    budget = SharedBudget(signing.host, signing.company_name.casefold(), Rate(*settings.call_budget))
    with open_bms(
        signing,
        _base_url(integration, settings),
        clock,
        transport=transport,
        budget=budget,
        at_once=at_once,
    ) as bms:
        bms.before_sign_in = guard.before
        bms.on_sign_in = guard.after
        bms.on_call = partial(count, "bms_calls")
        try:
            yield bms
        finally:
            put_down()


def _base_url(integration: Integration, settings: Settings) -> str:
    """Asked each time: the operator may have taken a host off the list."""
    try:
        return settings.psa_hosts.base_url(integration.hostname)
    except HostRefused as refused:
        raise Rejected(refused.what, why="Only listed hosts are ever called.", fix=refused.fix) from refused
