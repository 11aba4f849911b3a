"""What is remembered of a line is the same in both ways of reading it: thousands at once, or one by one."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from seatbridge.sync.memory import as_known, read_known
from seatbridge.sync.models import LineMemory
from tests.support import story as stories
from tests.support.story import Settle
from tests.support.story_world import Client
from tests.with_django import SETTINGS


@pytest.fixture
def settle(db: None, tmp_path: Path) -> Settle:
    return partial(stories.settled, settings=SETTINGS, folder=tmp_path)


def test_each_fact_of_a_line_keeps_its_place_in_both_ways_of_reading(settle: Settle) -> None:
    integration = settle([Client("northwind")]).integration
    row = LineMemory.objects.create(
        integration=integration,
        contract_id=9001,
        service_id=501,
        line_id=1,
        written_units=2,
        written_from=date(2026, 11, 1),
        written_price=Decimal("5.250000"),
        total_after=Decimal("10.500000"),
        alone=True,
        agreed="read",
        confirmed_units=3,
        first_seen_units=4,
        invoiced_units=5,
    )
    known = read_known(integration, {})[9001, 501]
    assert known == as_known(row)
    assert (known.confirmed_units, known.first_seen_units, known.last_invoiced) == (3, 4, 5)


@pytest.mark.parametrize(
    ("unusual", "queries"),
    [
        ({}, 1),
        ({"pending_from": date(2026, 12, 1), "pending_units": 3}, 2),
        ({"carried_price": Decimal("5.250000")}, 2),
        ({"automatic": True}, 2),
        ({"stopped": "a reason"}, 2),
        ({"dead_lines": [7]}, 2),
    ],
)
def test_a_second_look_is_only_where_more_than_usual_is_remembered(
    settle: Settle, unusual: dict[str, object], queries: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    integration = settle([Client("northwind")]).integration
    LineMemory.objects.create(integration=integration, contract_id=9001, service_id=501)
    row = LineMemory.objects.create(integration=integration, contract_id=9002, service_id=501, **unusual)
    with django_assert_num_queries(queries):
        known = read_known(integration, {})
    assert known[9002, 501] == as_known(row)
