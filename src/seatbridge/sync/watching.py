"""What a run tells of itself beside its rows: log lines, counters, and a trace where one is wanted."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace

from seatbridge.config.logs import about
from seatbridge.sync.models import SyncRun
from seatbridge.sync.running import Running
from seatbridge.vitals.counting import count, put_down

_LOG = logging.getLogger(__name__)
_TRACER = trace.get_tracer("seatbridge")


@contextmanager
def watched(running: Running) -> Iterator[None]:
    run = running.run
    ids = {"run": run.pk, "integration": run.integration_id}
    spoken = {f"seatbridge.{name}": number for name, number in ids.items()}
    with about(**ids), _TRACER.start_as_current_span("sync run", attributes=spoken) as span:
        _LOG.info("the run begins, %s", "a preview" if run.dry_run else "a sync")
        yield
        span.set_attribute("seatbridge.state", str(run.state))
        _tell(run)
    put_down()


def _tell(run: SyncRun) -> None:
    kind = "preview" if run.dry_run else "sync"
    if run.state == SyncRun.State.PAUSED:
        _LOG.info("the run pauses until %s", run.resume_at)
        count("runs_paused")
        return
    # The status, not the sentence: what BMS says in it is not ours to keep in logs.
    status = run.problem.get("status", "")
    _LOG.info("the run has ended: %s%s", run.state, f" ({status})" if status else "")
    count("runs_ended", str(run.state), kind)
    if not run.dry_run:
        for status, lines in run.summary.get("by_status", {}).items():
            count("lines", status, number=lines)
