"""What `doctor` tells of running it: who carries runs, what is stopped, which doors are open."""

from collections.abc import Iterator

from django.utils import timezone

from seatbridge.cli.checks import Check
from seatbridge.config.settings import Settings
from seatbridge.integrations.operator_stop import stops_in_force
from seatbridge.operations.readiness import LONGEST_LAG, lag_of_oldest_due
from seatbridge.vitals.beating import engines_alive


def check_operation(settings: Settings) -> Iterator[Check]:
    yield _engines()
    yield from _stops()
    calls, period = settings.call_budget
    yield Check("Call budget", f"{calls:,} calls of each endpoint in {period.total_seconds():,.0f} seconds")
    shut = "/metrics is shut: SEATBRIDGE_METRICS_TOKEN is not set"
    open_to = "/metrics answers whoever has SEATBRIDGE_METRICS_TOKEN"
    yield Check("Metrics", open_to if settings.metrics_token else shut)
    yield Check("Logs", f"{settings.log_format}, to stderr")


def _engines() -> Check:
    now = timezone.now()
    alive, lag = engines_alive(now), lag_of_oldest_due(now)
    if lag > LONGEST_LAG:
        minutes = f"{lag.total_seconds() / 60:.0f} minutes"
        fix = "Look into its log." if alive else "Start one: seatbridge serve"
        return Check("Engine", f"a run has been due for {minutes} and has not begun", fix)
    if not alive:
        return Check("Engine", "none is at work: seatbridge serve is one; nothing is due")
    return Check("Engine", f"{len(alive)} at work, nothing is late")


def _stops() -> Iterator[Check]:
    for stop in stops_in_force():
        lift = f"seatbridge operator resume --host {stop.host}" if stop.host else "seatbridge operator resume"
        yield Check(
            "Writing",
            f"stopped to {stop.host or 'every BMS'} by {stop.by}: {stop.reason}",
            f"Lift it: {lift}",
        )
