"""The same costs over real sockets, with a BMS that is a process of its own."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from seatbridge.integrations.opening import open_bms_for
from seatbridge.kit.clock import Clock
from seatbridge.kit.hosts import HostList
from seatbridge.sync.models import LineMemory
from seatbridge.sync.starting import Asked
from seatbridge.sync.syncing import Surroundings, sync
from tests.support.bms_process import BmsProcess, running_bms
from tests.support.story import ALICE, HOST, TODAY, Settle, Story
from tests.support.story_world import (
    BULK_UPDATE,
    CONTRACTS,
    JOB,
    LINES,
    POST_LINE,
    SIGN_IN,
    clients,
    world_of,
)


def synced(story: Story, bms: BmsProcess, folder: Path) -> tuple[str, dict[str, int]]:
    """The run's state, and the calls that arrived."""
    settings = replace(story.settings, psa_hosts=HostList({HOST: bms.url}))
    clock = Clock(billing_offset=TODAY - Clock().now().date())
    around = Surroundings(
        clock=clock,
        open_bms=lambda integration: open_bms_for(integration, settings, clock),
        lock_folder=folder,
        settle=timedelta(seconds=1),
    )
    bms.ask("DELETE", "calls")
    run = sync(story.integration, Asked(actor=ALICE, approve=True), around)
    return str(run.state), bms.ask("GET", "calls")["calls"]


def test_a_month_without_and_with_changes_over_http(settle: Settle, tmp_path: Path) -> None:
    cast = clients(101, 100)
    story = settle(cast, behaviour="appends", reading="appends", method="replace")
    floor = Counter({SIGN_IN: 1, CONTRACTS: 2, LINES: 2})
    with running_bms() as bms:
        bms.load(world_of(cast, TODAY, behaviour="appends"))
        assert synced(story, bms, tmp_path) == ("succeeded", floor)
        story.count_all({"client-001": {"standard": 101}, "client-002": {"standard": 99}})
        changed = Counter({SIGN_IN: 1, CONTRACTS: 6, LINES: 6, BULK_UPDATE: 1, JOB: 2, POST_LINE: 2})
        assert synced(story, bms, tmp_path) == ("succeeded", changed)
        assert [bms.total_of(contract) for contract in (7001, 7002, 7003)] == [505.0, 495.0, 500.0]
        assert synced(story, bms, tmp_path) == ("succeeded", floor)
        assert len(bms.writes()) == 3
        watch = bms.ask("GET", "watch")
        assert watch == {"violations": [], "without_priced_line": []}
    assert LineMemory.objects.filter(written_units__in=(99, 101)).count() == 2
