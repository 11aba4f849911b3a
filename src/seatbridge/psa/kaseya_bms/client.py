"""Kaseya BMS as the rest of Seatbridge sees it: records in, records out, errors by fate (psa/errors.py)."""

import ssl
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from typing import Self

import httpx

from seatbridge.kit.clock import Clock
from seatbridge.psa.errors import Unreachable
from seatbridge.psa.kaseya_bms import calls, rows
from seatbridge.psa.kaseya_bms.budget import CallBudget, OwnBudget
from seatbridge.psa.kaseya_bms.call_window import Rate
from seatbridge.psa.kaseya_bms.observing import observe
from seatbridge.psa.kaseya_bms.pacing import Pacing
from seatbridge.psa.kaseya_bms.reading import Reader
from seatbridge.psa.kaseya_bms.sending import MOST_IN_FLIGHT, Sender
from seatbridge.psa.kaseya_bms.session import Session
from seatbridge.psa.kaseya_bms.signing_in import Credentials, SignInOutcome
from seatbridge.psa.kaseya_bms.wire import Row
from seatbridge.psa.kaseya_bms.writing import job_runs_already, line_answer, line_call, prices_call
from seatbridge.psa.records import (
    Account,
    Contract,
    ContractChoice,
    InvoiceHead,
    InvoiceLine,
    Line,
    LineAnswer,
    LineWrite,
    PriceWrite,
    Reading,
    Service,
    SignedIn,
)

__all__ = ["TIMEOUTS", "Bms", "Credentials", "SignInOutcome", "open_bms"]

TIMEOUTS = httpx.Timeout(60, connect=10)
LONGEST_POLL = 15.0


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: that takes longer than a sync in which nothing changed."""
    return httpx.create_ssl_context(trust_env=False)


def open_bms(
    credentials: Credentials,
    base_url: str,
    clock: Clock,
    *,
    transport: httpx.BaseTransport | None = None,
    budget: CallBudget | None = None,
    timeouts: httpx.Timeout = TIMEOUTS,
    at_once: int = 1,
) -> "Bms":
    """Nothing is sent before the first call. `base_url` is `HostList.base_url(credentials.host)`.

    `budget`: shared with other clients of the BMS company; None: this one counts for itself.
    `at_once` over 1 lets `read` read that many lists at the same time, from threads of its own.
    """
    http = httpx.Client(
        base_url=base_url,
        transport=transport,
        verify=_certificates(),
        timeout=timeouts,
        # A write on a connection that is just being closed has an unknown outcome: keep none idle for long.
        limits=httpx.Limits(
            max_connections=MOST_IN_FLIGHT, max_keepalive_connections=MOST_IN_FLIGHT, keepalive_expiry=5
        ),
        follow_redirects=False,
        trust_env=False,  # a proxy or a .netrc of this machine must not see the password
        headers={"Accept": "application/json", "User-Agent": "Seatbridge"},
    )
    return Bms(http, credentials, clock, budget or OwnBudget(Rate()), min(at_once, MOST_IN_FLIGHT))


class Bms:
    """One BMS company. Threads may share it. Signs in by itself at the first call.

    The hooks may be set at any time before a call. What `before_sign_in` raises stops the sign-in.
    """

    def __init__(
        self, http: httpx.Client, credentials: Credentials, clock: Clock, budget: CallBudget, at_once: int
    ) -> None:
        self.on_call: Callable[[str, str], None] | None = None  # endpoint, outcome
        self.on_wait: Callable[[datetime, str], None] | None = None  # until, why
        self.before_sign_in: Callable[[], None] | None = None
        self.on_sign_in: Callable[[SignInOutcome], None] | None = None
        # At the last moment before a write leaves; what it raises keeps the write from leaving.
        self.before_write: Callable[[], None] | None = None
        self._http = http
        self._clock = clock
        self._at_once = at_once
        self._rate = budget.rate
        self._pacing = Pacing(clock, budget, self._note_wait)
        self._sender = Sender(http, self._pacing, clock, self._note_call, self._note_before_write)
        self._session = Session(
            self._sender, credentials, clock, self._note_before_sign_in, self._note_sign_in
        )
        self._reader = Reader(self._session.send, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()
        self._pacing.give_back()

    @property
    def calls(self) -> Counter[str]:
        """How many calls were sent, by endpoint; repeated ones count again."""
        return self._sender.calls

    def calls_left(self, endpoint: str) -> int:
        """How many calls of `endpoint` (a constant of `calls`) can be sent now without waiting."""
        return self._pacing.calls_left(endpoint)

    @property
    def most_calls(self) -> int:
        """Of one endpoint within one period, those of all clients of the BMS company together."""
        return self._rate.calls

    @property
    def period(self) -> timedelta:
        return self._rate.period

    def set_aside(self, needs: Mapping[str, int]) -> datetime | None:
        """Take these calls, by endpoint, out of the budget now, for what is sent next: all of them or none.

        None: they are this client's. Else: when so many may be free.
        """
        return self._pacing.set_aside(needs)

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """A line stands at 0: calls of the block may use the part of the budget that is kept for that."""
        with self._pacing.urgent():
            yield

    def sign_in(self) -> None:
        """Do nothing while a session is open. Once refused, always raises NeedsCredentials(refused=True)."""
        self._session.token()

    def whoami(self) -> SignedIn:
        envelope = self._session.send(calls.get(calls.USER_INFO))
        return rows.signed_in(Row(envelope.result, "the signed-in user"))

    def accounts(self, *, include_inactive: bool = True) -> list[Account]:
        return self._reader.accounts(include_inactive=include_inactive)

    def contracts(self) -> dict[int, Contract]:
        return self._reader.contracts()

    def contract_choices(self, account_id: int) -> list[ContractChoice]:
        return self._reader.contract_choices(account_id)

    def services(self, search: str = "") -> list[Service]:
        return self._reader.services(search)

    def lines(self, service_id: int, contract_name: str | None = None) -> list[Line]:
        """All lines of one service. BMS matches parts of `contract_name`: others may come with it."""
        return self._reader.lines(service_id, contract_name)

    def invoices(self, since: date, until: date) -> list[InvoiceHead]:
        """Invoices made from `since` to `until`, both included."""
        return self._reader.invoices(since, until)

    def invoice_lines(self, since: date, until: date) -> list[InvoiceLine]:
        """Lines of the invoices dated from `since` to `until`, both included."""
        return self._reader.invoice_lines(since, until)

    def read(self, service_ids: Sequence[int]) -> Reading:
        """One observation: a call per hundred contracts, and per service one per hundred lines."""
        self.sign_in()  # here, so that the sign-in hooks run in the caller's thread
        self._pacing.expect({calls.CONTRACTS: 1, calls.LINES: len(set(service_ids))})
        return observe(self._reader, service_ids, self._clock, self._at_once)

    def write_line(self, write: LineWrite) -> LineAnswer:
        """Post a service onto a contract. Raises OutcomeUnknown where only a reading can tell its effect."""
        return line_answer(write, self._session.send(line_call(write)))

    def write_prices(self, write: PriceWrite) -> None:
        """Start the job that changes prices; it takes effect later: `wait_for_job`, then read.

        Raises Retriable, with nothing sent, while another job of that service runs.
        """
        call = prices_call(write)
        if self.job_running(write.service_id):
            raise job_runs_already(write.service_id)
        self._session.send(call)

    def job_running(self, service_id: int) -> bool:
        envelope = self._session.send(calls.get(calls.JOB, service_id))
        return rows.job_runs(Row(envelope.result, "the background job"))

    def wait_for_job(self, service_id: int, limit_seconds: float = 600) -> None:
        """Return when no job of the service runs. Raises Unreachable when the limit is over."""
        until = self._clock.now() + timedelta(seconds=limit_seconds)
        pause = 1.0
        while self.job_running(service_id):
            if self._clock.now() >= until:
                raise Unreachable(
                    f"A background job of the service {service_id} in Kaseya BMS does not end.",
                    why=f"It was still running after {limit_seconds:.0f} seconds.",
                    fix="Look at it in BMS. What it changes is read again in the next run.",
                )
            self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_POLL)

    def _note_call(self, endpoint: str, outcome: str) -> None:
        if self.on_call is not None:
            self.on_call(endpoint, outcome)

    def _note_wait(self, until: datetime, why: str) -> None:
        if self.on_wait is not None:
            self.on_wait(until, why)

    def _note_before_sign_in(self) -> None:
        if self.before_sign_in is not None:
            self.before_sign_in()

    def _note_before_write(self) -> None:
        if self.before_write is not None:
            self.before_write()

    def _note_sign_in(self, outcome: SignInOutcome) -> None:
        if self.on_sign_in is not None:
            self.on_sign_in(outcome)
