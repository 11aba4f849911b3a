"""BMS said yes: that is a claim. Only a total that moved by exactly what was changed makes a line synced."""

import json
from decimal import Decimal
from io import BytesIO

import pytest

from bms_simulator.simulator import Simulator
from seatbridge.integrations.switching import enable
from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.importing import Asking
from seatbridge.sync.stated.confirming import state_units
from tests.support.interrupted import Meddle, meddled
from tests.support.story import ALICE, Ran, Settle, Story
from tests.support.story_world import POST_LINE, STANDARD, Client, clients

NORTHWIND, CONTOSO = Client("northwind", {"standard": 100}), Client("contoso", {"standard": 200})
SUMS = ("moved", "expected")


def line_of(contract_id: int) -> int:
    return (contract_id - 7000) * 10 + 1


def ignores(bms: Simulator, contract_id: int) -> None:
    bms.edit_line(line_of(contract_id), units=100, effective_date="2026-11-01")


def doubles(bms: Simulator, contract_id: int) -> None:
    bms.edit_line(line_of(contract_id), units=102, effective_date="2026-11-01")


def spoils(bms: Simulator, contract_id: int) -> None:
    bms.edit_line(line_of(contract_id), units=100 + contract_id % 7 * 3, effective_date="2026-11-01")


@pytest.fixture
def story(settle: Settle) -> Story:
    return settle(clients(8, 100))


def change(story: Story, *numbers: int) -> Ran:
    story.count_all({f"client-{number:03}": {"standard": 101} for number in numbers})
    return story.sync()


@pytest.mark.parametrize(("meddle", "moved"), [(ignores, "did not move"), (doubles, "moved by 10.00")])
def test_a_write_that_bms_ignored_or_doubled_is_never_synced(
    story: Story, meddle: Meddle, moved: str
) -> None:
    meddled(story, meddle)
    ran = change(story, 1)
    assert ran.status("client-001") == "error:verification"
    assert moved in ran.line("client-001")["cause"]
    assert "expected 5.00" in ran.line("client-001")["cause"]
    assert ran.state == "needs-attention"


def test_a_contract_that_failed_is_left_alone_and_the_others_go_on(story: Story) -> None:
    meddled(story, doubles, only=7001)
    ran = change(story, 1, 2)
    assert ran.status("client-002") == "synced"
    story.count_all({"client-001": {"standard": 103}, "client-003": {"standard": 101}})
    again = story.sync(approve=True)
    assert again.status("client-001") == "error:verification"
    assert "approve this line" in again.line("client-001")["fix"]
    assert [write.contract_id for write in again.writes] == [7003]


def test_approved_by_name_a_stopped_contract_is_written_again(story: Story) -> None:
    story.rewrites_are_clean()
    meddled(story, doubles, only=7001)
    change(story, 1)
    story.transport = None
    ran = story.sync(approve_lines=[("client-001", "standard")])
    assert ran.status("client-001") == "synced"
    assert story.units("client-001") == 101
    assert story.sync().status("client-001") == "no-change"


def test_put_right_by_hand_and_approved_by_name_a_stopped_contract_needs_no_write(story: Story) -> None:
    meddled(story, ignores, only=7001)
    change(story, 1)
    story.transport = None
    story.bms.edit_line(11, units=101, effective_date="2026-11-01")
    assert story.sync().status("client-001") == "error:verification"
    ran = story.sync(approve_lines=[("client-001", "standard")])
    assert (ran.status("client-001"), ran.writes) == ("no-change", [])
    assert story.sync().status("client-001") == "no-change"


@pytest.mark.parametrize(("meddle", "factor"), [(ignores, 0), (doubles, 2)])
def test_the_same_telling_factor_twice_stops_the_integration(
    story: Story, meddle: Meddle, factor: int
) -> None:
    meddled(story, meddle)
    change(story, 1, 2)
    assert f"moved by {factor} times what was written" in story.integration.stopped_reason
    assert change(story, 3).writes == []


def test_one_doubled_write_does_not_stop_the_integration(story: Story) -> None:
    meddled(story, doubles)
    change(story, 1)
    assert story.integration.stopped_reason == ""


@pytest.mark.parametrize("meddle", [ignores, doubles, spoils])
def test_three_contracts_stop_the_integration_until_a_person_enables_it(story: Story, meddle: Meddle) -> None:
    meddled(story, meddle)
    change(story, 1, 2, 3)
    assert "3 contracts (7001, 7002, 7003)" in story.integration.stopped_reason
    story.transport = None
    stopped = change(story, 4)
    assert stopped.status("client-004") == "error:verification"
    assert "Writing is stopped" in stopped.line("client-004")["cause"]
    assert stopped.writes == []
    assert story.sync(approve=True, approve_lines=[("client-004", "standard")]).writes == []
    said = enable(story.integration, actor=ALICE)
    assert "That stop is lifted." in said[1]
    ran = story.sync()
    assert ran.status("client-004") == "synced"
    assert [write.contract_id for write in ran.writes] == [7004]
    assert ran.status("client-001") == "error:verification"
    events = list(LedgerEntry.objects.values_list("event", flat=True))
    assert "integration.stopped" in events


def test_three_contracts_stop_the_integration_where_lines_are_replaced_too(settle: Settle) -> None:
    story = settle(clients(4, 100), method="replace", reading="appends", behaviour="appends")

    def spoils_the_new_line(bms: Simulator, contract_id: int) -> None:
        newest = max(line.id for line in bms.world.lines_of_service_on(contract_id, STANDARD))
        bms.edit_line(newest, units=100 + contract_id % 7 * 3, effective_date="2026-11-01")

    meddled(story, spoils_the_new_line)
    story.count_all({f"client-{number:03}": {"standard": 101} for number in (1, 2, 3)})
    ran = story.sync(approve=True)
    assert ran.status("client-001") == ran.status("client-003") == "error:verification"
    assert "3 contracts (7001, 7002, 7003)" in story.integration.stopped_reason
    assert "Client-001 monthly (7001) moved by" in story.integration.stopped_reason


def test_two_contracts_with_different_faults_do_not_stop_the_integration(story: Story) -> None:
    meddled(story, spoils)
    change(story, 1, 2)
    assert story.integration.stopped_reason == ""


def test_a_stop_in_the_first_wave_keeps_the_second_one_back(settle: Settle) -> None:
    cast = [Client("northwind", {"standard": 100, "advanced": 50}), *clients(3, 100)]
    story = settle(cast, products=("standard", "advanced"))
    meddled(story, lambda bms, contract: doubles(bms, contract) if contract > 7001 else None)
    story.count("northwind", standard=101, advanced=51)
    story.count_all({f"client-{number:03}": {"standard": 101} for number in range(1, 4)})
    ran = story.sync()
    assert story.integration.stopped_reason
    assert ran.status("northwind", "advanced") == "synced"
    assert ran.status("northwind", "standard") == "error:verification"
    assert len(ran.writes) == 4


class TestEffectsThatShowLate:
    def test_a_write_that_settles_within_the_waiting_time_is_synced(self, settle: Settle) -> None:
        story = settle([NORTHWIND, CONTOSO], settles_after_seconds=45)
        story.count("northwind", standard=101)
        ran = story.sync()
        assert ran.status("northwind") == "synced"
        assert len(ran.writes) == 1

    def test_a_write_that_settles_too_late_is_never_synced_and_never_repeated(self, settle: Settle) -> None:
        story = settle([NORTHWIND, CONTOSO], settles_after_seconds=300)
        story.count("northwind", standard=101)
        ran = story.sync()
        assert ran.status("northwind") == "error:verification"
        assert "did not move" in ran.line("northwind")["cause"]
        story.time.now += story.around().settle * 10
        again = story.sync()
        assert again.writes == []
        assert story.units("northwind") == 101

    def test_a_lost_answer_whose_effect_shows_late_is_found_by_reading(self, settle: Settle) -> None:
        story = settle([NORTHWIND, CONTOSO], settles_after_seconds=30)
        story.bms.arm(POST_LINE, "cut-after")
        story.count("northwind", standard=101)
        ran = story.sync()
        assert ran.status("northwind") == "synced"
        assert len(ran.writes) == 1


@pytest.mark.parametrize("fault", ["500", "502-html", "200-html", "cut", "success-false"])
def test_a_call_without_effect_changes_nothing_and_is_written_by_the_next_sync(
    story: Story, fault: str
) -> None:
    story.bms.arm(POST_LINE, fault)
    ran = change(story, 1)
    expected = "error:psa-rejected" if fault == "success-false" else "error:psa-unreachable"
    assert ran.status("client-001") == expected
    assert story.units("client-001") == 100
    assert story.sync().status("client-001") == "synced"


def test_an_answer_that_names_another_line_is_not_believed(story: Story) -> None:
    """BMS wrote to client-002's line although client-001's was asked for: both totals tell."""

    def misdirects(bms: Simulator, _contract: int) -> None:
        bms.edit_line(11, units=100, effective_date="2026-11-01")
        bms.edit_line(21, units=101, effective_date="2026-11-01")

    meddled(story, misdirects)
    ran = change(story, 1)
    assert ran.status("client-001") == "error:verification"


def test_a_created_mismatch_names_both_sums_in_the_ledger(story: Story) -> None:
    meddled(story, doubles)
    change(story, 1)
    entry = LedgerEntry.objects.get(event="write.mismatch")
    sums = {name: Decimal(text) for name, text in json.loads(entry.data).items() if name in SUMS}
    assert sums == {"moved": 10, "expected": 5}


def test_stating_the_units_of_a_stopped_contract_releases_it(story: Story) -> None:
    meddled(story, doubles, only=7001)
    change(story, 1)
    story.transport = None
    file = BytesIO(b"company,product,units\nclient-001,standard,102\n")
    asking = Asking(ALICE, story.time.now, story.bms.world.today, story.open_bms)
    assert state_units(story.integration, file, asking).changed == 1
    ran = story.sync()
    assert ran.line("client-001")["evidence"] == "102 confirmed by a person"
    assert ran.status("client-001") == "synced"
    assert story.units("client-001") == 101
