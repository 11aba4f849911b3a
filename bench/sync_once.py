"""One sync in a process of its own, measured: `sync_child.py sync_once [RECORDING]`.

Prints one line of JSON. With a file's name every request is written there, for `sync_bare.py`.
"""

import base64
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
from sync_bare import peak_mb

from seatbridge.cli.connecting import connected
from seatbridge.config.start import current
from seatbridge.integrations.clocks import clock
from seatbridge.integrations.models import Integration
from seatbridge.integrations.opening import open_bms_for
from seatbridge.psa.kaseya_bms.client import Bms
from seatbridge.sync.models import Write
from seatbridge.sync.starting import Asked
from seatbridge.sync.syncing import Surroundings, sync

HOST = "bms.bench.test"


class Recorder(httpx.BaseTransport):
    """Passes every request on, and keeps what it carried."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()
        self.requests: list[dict[str, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        kept = {
            "method": request.method,
            "path": request.url.raw_path.decode(),
            "type": request.headers.get("Content-Type", ""),
            "body": base64.b64encode(request.read()).decode(),
        }
        self.requests.append(kept)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def main(words: list[str]) -> int:
    recorder = Recorder() if words else None
    report = run_once(recorder=recorder)
    if recorder is not None:
        Path(words[0]).write_text(json.dumps(recorder.requests), encoding="utf-8")
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


def _opened(integration: Integration, recorder: Recorder | None) -> AbstractContextManager[Bms]:
    """As the command does it; recorded, the calls come one after another."""
    if recorder is None:
        return connected(integration)
    return open_bms_for(integration, current(), clock(), transport=recorder)


def run_once(*, approve: bool = False, recorder: Recorder | None = None) -> dict[str, Any]:
    calls = Counter[str]()

    @contextmanager
    def counted(integration: Integration) -> Iterator[Bms]:
        with _opened(integration, recorder) as bms:
            yield bms
            calls.update(bms.calls)

    around = Surroundings(clock=clock(), open_bms=counted, lock_folder=current().home / "locks")
    integration = Integration.objects.get()
    began, worked = time.perf_counter(), time.process_time()
    run = sync(integration, Asked(actor="bench", approve=approve), around)
    return {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - worked,
        "peak_mb": peak_mb(),
        "calls": calls,
        "state": str(run.state),
        "problem": run.problem,
        "summary": run.summary,
        "writes": Write.objects.filter(run=run, state=Write.State.CONFIRMED).count(),
    }
