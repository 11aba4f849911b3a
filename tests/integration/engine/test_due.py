"""What the schedules say is due becomes queued runs: each once, and many in few queries."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seatbridge.engine.due import MOST, queue_due
from seatbridge.integrations.models import Integration, Schedule
from seatbridge.integrations.operator_stop import stop_writing
from seatbridge.kit.clock import Clock
from seatbridge.partners.models import Partner
from seatbridge.sync.models import SyncRun
from seatbridge.sync.requesting import request_due
from seatbridge.sync.starting import SCHEDULE, Asked

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def fleet(partner: Partner, number: int, *, host: str = "bms.kaseya.com") -> list[Integration]:
    made = Integration.objects.bulk_create(
        Integration(partner=partner, hostname=host, company_name=f"Company {n} {host}", enabled=True)
        for n in range(number)
    )
    Schedule.objects.bulk_create(Schedule(integration=each, next_run_at=LONG_AGO) for each in made)
    return made


def test_all_that_are_due_at_once_cost_a_few_queries_together(northgate: Partner) -> None:
    number = MOST[connection.vendor]
    fleet(northgate, number)
    with CaptureQueriesContext(connection) as queries:
        assert queue_due(Clock())
    assert SyncRun.objects.filter(state=SyncRun.State.QUEUED, actor=SCHEDULE).count() == number
    assert len(queries) <= 20
    assert not queue_due(Clock())  # each once
    assert SyncRun.objects.count() == number


def test_one_that_a_person_has_just_begun_is_due_again_and_the_others_are_queued(northgate: Partner) -> None:
    busy, *others = fleet(northgate, 3)
    SyncRun.objects.create(integration=busy, actor="Alice", state=SyncRun.State.OBSERVING, created_at=NOW)
    wanted = {each.pk: Asked(SCHEDULE) for each in (busy, *others)}
    assert request_due(wanted, NOW) == {busy.pk}
    assert set(SyncRun.objects.filter(actor=SCHEDULE).values_list("integration", flat=True)) == {
        each.pk for each in others
    }


@pytest.mark.parametrize("gone", ["off", "stopped"])
def test_one_that_was_switched_off_or_stopped_at_this_instant_is_not_queued(
    northgate: Partner, gone: str
) -> None:
    kept, *_ = fleet(northgate, 1)
    left, *_ = fleet(northgate, 1, host="bmsapac.kaseya.com")
    if gone == "off":
        Integration.objects.filter(pk=left.pk).update(enabled=False)
    else:
        stop_writing(left.hostname, reason="it answers strangely", by="the operator", now=NOW)
    assert request_due({kept.pk: Asked(SCHEDULE), left.pk: Asked(SCHEDULE)}, NOW) == set()
    assert SyncRun.objects.get().integration == kept
