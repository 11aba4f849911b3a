"""Carry one call to its end: wait for its turn, send it, and send it again only where that is safe."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx
from opentelemetry import trace

from seatbridge.kit.clock import Clock
from seatbridge.kit.secret import Secret
from seatbridge.psa.errors import OutOfCalls
from seatbridge.psa.kaseya_bms.answers import Answer, exchange
from seatbridge.psa.kaseya_bms.calls import Call, Kind
from seatbridge.psa.kaseya_bms.fates import Fate, failure, judge, may_repeat
from seatbridge.psa.kaseya_bms.pacing import ASKED_FOR_PAUSE, MOST_PAUSES, Pacing, Patience, read_retry_after

MOST_IN_FLIGHT = 4
_TRACER = trace.get_tracer("seatbridge")


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often a call is sent again: after it was never sent, and after an answer that cannot be read."""

    unsent: int
    broken: int


REPEATS = {
    Kind.READ: Repeats(unsent=3, broken=3),
    Kind.WRITE: Repeats(unsent=3, broken=0),  # its effect is unknown then: reading decides, never repeating
    Kind.SIGN_IN: Repeats(unsent=1, broken=0),  # a wrong password must not be counted twice
}


# Whoever guards the sign-ins of a user must not wait an hour for one of them.
NO_PATIENCE = Patience(pauses=MOST_PAUSES)


class Sender:
    """Threads may share it: no more than four calls are in flight at once."""

    def __init__(
        self,
        http: httpx.Client,
        pacing: Pacing,
        clock: Clock,
        on_call: Callable[[str, str], None],
        before_write: Callable[[], None],
    ) -> None:
        self._http = http
        self._pacing = pacing
        self._clock = clock
        self._on_call = on_call
        self._before_write = before_write
        self._in_flight = threading.BoundedSemaphore(MOST_IN_FLIGHT)
        self._counting = threading.Lock()
        self.calls: Counter[str] = Counter()

    def send(self, call: Call, token: Secret | None, repeats: Repeats | None = None) -> tuple[Fate, Answer]:
        """The answer where BMS understood: done, refused or unauthorized. Other fates raise a PsaError."""
        allowed = repeats or REPEATS[call.kind]
        patience = Patience()
        repeated = 0
        while True:
            answer = self._send_once(call, token)
            fate = judge(call, answer)
            self._on_call(call.endpoint, answer.failure or fate)
            if fate in (Fate.DONE, Fate.REFUSED, Fate.UNAUTHORIZED):
                return fate, answer
            if fate is Fate.BUSY:
                self._put_off(call, answer, patience if call.kind is not Kind.SIGN_IN else NO_PATIENCE)
                continue
            limit = {Fate.NOT_SENT: allowed.unsent, Fate.BROKEN: allowed.broken}.get(fate, 0)
            if repeated >= limit or not may_repeat(answer):
                raise failure(call, answer, fate)
            self._clock.sleep(2**repeated)
            repeated += 1

    def _send_once(self, call: Call, token: Secret | None) -> Answer:
        self._pacing.wait_turn(call.endpoint)
        with self._counting:
            self.calls[call.endpoint] += 1
        before_it_leaves = self._before_write if call.kind is Kind.WRITE else None
        with self._in_flight, _TRACER.start_as_current_span(call.endpoint) as span:
            answer = exchange(self._http, call, token, before_it_leaves)
            span.set_attribute("http.response.status_code", answer.status)
            return answer

    def _put_off(self, call: Call, answer: Answer, patience: Patience) -> None:
        now = self._clock.now()
        asked = read_retry_after(answer.retry_after, now)
        limited = answer.status == 429
        pause: timedelta = self._pacing.pause_host(asked) if limited else patience.next_pause(asked)
        if patience.allows(pause):
            patience.spend(pause)
            if not limited:
                self._pacing.pause(pause)
            return
        if not limited:
            raise failure(call, answer, Fate.BROKEN)
        raise OutOfCalls(
            ASKED_FOR_PAUSE,
            retry_at=now + pause,
            why=f"Its limit for {call.endpoint} is used up, by Seatbridge or by other programs.",
        )
