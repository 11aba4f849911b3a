"""What Prometheus reads: counted in the database, so that any process answers for all of them."""

from collections.abc import Iterator

from django.db.models import Count
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from seatbridge.integrations.budgets import calls_left_by_endpoint
from seatbridge.integrations.operator_stop import stops_in_force
from seatbridge.operations.readiness import lag_of_oldest_due
from seatbridge.sync.models import SyncRun
from seatbridge.vitals.beating import engines_alive
from seatbridge.vitals.counting import put_down, tallied

# name of the tally, of the metric, what it counts, its labels
COUNTERS = (
    ("runs_ended", "seatbridge_runs_ended", "Runs that ended", ("state", "kind")),
    ("runs_paused", "seatbridge_runs_paused", "Times that a run paused for Kaseya's limit", ()),
    ("lines", "seatbridge_lines", "Lines of syncs that ended, by what became of them", ("status",)),
    ("bms_calls", "seatbridge_bms_calls", "Calls to BMS", ("endpoint", "outcome")),
)


def metrics() -> bytes:
    put_down(at_once=True)
    registry = CollectorRegistry()
    registry.register(_FromRows())
    return generate_latest(registry)


class _FromRows(Collector):
    def collect(self) -> Iterator[Metric]:
        yield _active_runs()
        yield from map(_counter, COUNTERS)
        yield from _budgets()
        now = timezone.now()
        lag = "Seconds since the oldest run that has not begun was due"
        yield GaugeMetricFamily(
            "seatbridge_oldest_due_run_seconds", lag, lag_of_oldest_due(now).total_seconds()
        )
        alive = engines_alive(now)
        yield GaugeMetricFamily("seatbridge_engines", "Engines that live", len(alive))
        beats = GaugeMetricFamily(
            "seatbridge_engine_beat_age_seconds", "Since an engine was last seen", labels=["process"]
        )
        for beat in alive:
            beats.add_metric([f"{beat.machine}/{beat.process}"], (now - beat.seen_at).total_seconds())
        yield beats
        stops = GaugeMetricFamily(
            "seatbridge_writing_stopped", "1: the operator has stopped writing", labels=["host"]
        )
        for stop in stops_in_force():
            stops.add_metric([stop.host or "all"], 1)
        yield stops


def _active_runs() -> Metric:
    found = GaugeMetricFamily("seatbridge_runs_active", "Runs that have not ended", labels=["state"])
    rows = SyncRun.objects.filter(state__in=SyncRun.ACTIVE).values_list("state").annotate(Count("pk"))
    numbers = dict(rows.order_by())
    for state in SyncRun.ACTIVE:
        found.add_metric([str(state)], numbers.get(str(state), 0))
    return found


def _counter(counter: tuple[str, str, str, tuple[str, ...]]) -> Metric:
    tally, name, what, labels = counter
    found = CounterMetricFamily(name, what, labels=labels)
    for values, total in tallied(tally).items():
        found.add_metric(values[: len(labels)], total)
    return found


def _budgets() -> Iterator[Metric]:
    left = GaugeMetricFamily(
        "seatbridge_bms_calls_left",
        "Calls left in the running period, of the BMS company of that host that has the fewest",
        labels=["host", "endpoint"],
    )
    for (host, endpoint), calls in sorted(calls_left_by_endpoint(timezone.now()).items()):
        left.add_metric([host, endpoint], calls)
    yield left
