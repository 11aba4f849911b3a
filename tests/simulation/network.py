"""The wire between the real client and the pretend BMS: in this process, on the virtual clock."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

import httpx

from bms_simulator.simulator import Simulator
from bms_simulator.wire import Request
from tests.simulation.crashes import Crashes
from tests.simulation.history import History
from tests.simulation.virtual_clock import VirtualClock

LATENCY = 0.2
WRITES = ("/services", "/bulkupdate")


def is_write(request: httpx.Request) -> bool:
    return request.method == "POST" and request.url.path.endswith(WRITES)


@dataclass
class Network(httpx.BaseTransport):
    simulator: Simulator
    clock: VirtualClock
    crashes: Crashes
    history: History
    # Called before the n-th call from now: a person edits BMS while a run is under way.
    meanwhile: dict[int, Callable[[], None]] = field(default_factory=dict)
    # Called with the n-th write from now, just before BMS handles it.
    upon_write: dict[int, Callable[[httpx.Request], None]] = field(default_factory=dict)
    # Calls from now on that find no BMS at all: the connection is refused.
    refused: set[int] = field(default_factory=set)
    calls: int = 0
    writing_calls: int = 0
    is_writing: bool = False  # the call that is on its way is one that writes
    kinds: Counter[str] = field(default_factory=Counter)

    def __hash__(self) -> int:
        return id(self)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        kind = "write" if is_write(request) else "read"
        happening = self.meanwhile.pop(self.calls, None)
        if happening is not None:
            self.is_writing = kind == "write"
            happening()
            self.is_writing = False
        self.clock.sleep(LATENCY)
        self.crashes.at(f"{kind}-before")
        if self.calls in self.refused:
            self.history.call(request, "refused connection")
            raise httpx.ConnectError("refused", request=request)
        if kind == "write":
            self.writing_calls += 1
            upon = self.upon_write.pop(self.writing_calls, None)
            if upon is not None:
                upon(request)
        answer = self.simulator.handle(_as_request(request))
        waited = self._wait(request, answer.delay_seconds)
        self.history.call(request, "cut" if answer.cut else "timed out" if not waited else f"{answer.status}")
        self.crashes.at(f"{kind}-after")
        if not waited:
            raise httpx.ReadTimeout("timed out", request=request)
        if answer.cut:
            raise httpx.RemoteProtocolError("Server disconnected", request=request)
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)

    def _wait(self, request: httpx.Request, seconds: float) -> bool:
        """Whether the answer came before the client lost patience."""
        patience = request.extensions["timeout"]["read"]
        self.clock.sleep(min(seconds, patience))
        return bool(seconds < patience)


def _as_request(request: httpx.Request) -> Request:
    return Request(
        method=request.method,
        path=unquote(request.url.path),
        query=dict(request.url.params),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.read(),
    )
