"""Bulk updates take effect when their background job ends: a process dies meanwhile, or the job does."""

import pytest

from tests.acceptance.crashes.places import SETTLE, Place, Places
from tests.acceptance.crashes.scenarios import (
    CANARY,
    CANARY_REJECTS,
    CONTOSO,
    DOUBLED,
    PRICE_CARRYING,
    REPLACE,
    Scenario,
)
from tests.acceptance.crashes.side_by_side import wrong_in
from tests.acceptance.crashes.truth import BULK, JOB, complaints
from tests.acceptance.crashes.undisturbed import undisturbed

LONGER_THAN_SETTLING = int(SETTLE) + 2


def statuses(place: Place) -> dict[tuple[str, str], str]:
    lines = place.report()["last"]["lines"]
    return {(line["company"], line["product"]): line["status"] for line in lines}


def test_a_job_that_outlives_its_process_is_waited_for(places: Places) -> None:
    """BMS shows the old price until the job ends: that is no sign that the call had no effect."""

    def die_in(case: tuple[Scenario, int]) -> list[str]:
        scenario, job = case
        expected = undisturbed(places, scenario).truth
        with places.place(scenario, job_seconds=LONGER_THAN_SETTLING) as place:
            began = place.begin_sync(approve=True)
            seen = 0
            while seen <= job:
                seen += began.next_step() == "before-job"
            began.kill()
            place.sync()
            wrong = complaints(place, expected, doubles=scenario.doubles)
            return [f"{scenario.name}, job {job}: {each}" for each in wrong]

    # The second job of a refused canary puts the price back.
    wrong = wrong_in(
        die_in, ((CANARY_REJECTS, 1), (CANARY_REJECTS, 0), (REPLACE, 0), (PRICE_CARRYING, 0), (DOUBLED, 0))
    )
    assert not wrong, wrong


@pytest.mark.parametrize("fault", ["job-fails", "job-passes-over"])
def test_a_line_that_stays_priced_is_not_posted_a_second_time(places: Places, fault: str) -> None:
    expected = undisturbed(places, REPLACE).truth
    with places.place(REPLACE) as place:
        place.break_call(BULK, fault)
        place.sync(approve=True)
        assert statuses(place)["contoso", "advanced"] == "error:psa-rejected"
        assert CONTOSO not in {write["contract_id"] for write in place.bms.writes() if write["effect"]}
        place.sync(approve=True)
        assert complaints(place, expected) == []


def test_a_price_that_did_not_arrive_waits_for_a_person_and_is_then_written(places: Places) -> None:
    expected = undisturbed(places, PRICE_CARRYING).truth
    with places.place(PRICE_CARRYING) as place:
        place.break_call(BULK, "job-fails")
        place.sync(approve=True)
        assert statuses(place)["northwind", "advanced"] == "error:verification"
        calls = len(place.bms.writes())
        place.sync()
        assert len(place.bms.writes()) == calls
        place.sync(approve=True, approve_lines=[("northwind", "advanced"), ("northwind", "standard")])
        assert complaints(place, expected) == []


def test_a_price_that_was_not_put_back_is_sent_again(places: Places) -> None:
    expected = undisturbed(places, CANARY_REJECTS).truth
    with places.place(CANARY_REJECTS) as place:
        place.break_call(BULK, "job-fails", occurrence=2)
        place.sync(approve=True)
        place.sync(approve=True)
        assert complaints(place, expected) == []


def test_a_second_line_that_cannot_be_ended_is_a_persons_to_end(places: Places) -> None:
    with places.place(DOUBLED) as place:
        place.break_call(BULK, "job-passes-over")
        place.sync(approve=True)
        (owed,) = place.report()["owed"]
        assert "by hand" in owed["waits_for_person"]
        calls = len(place.bms.writes())
        place.sync(approve=True)
        assert len(place.bms.writes()) == calls


def test_a_canary_whose_line_stays_priced_is_undecided_and_never_repeated(places: Places) -> None:
    with places.place(CANARY) as place:
        place.break_call(BULK, "job-passes-over")
        place.sync(approve=True)
        assert place.report()["reading"] == "undecided"
        for _ in range(2):
            place.sync(approve=True)
        assert len(place.bms.writes()) == 1


def test_a_job_that_nobody_can_ask_about_is_asked_about_by_the_next_sync(places: Places) -> None:
    expected = undisturbed(places, REPLACE).truth

    def ask_in_vain(fault: str) -> list[str]:
        with places.place(REPLACE) as place:
            place.patience = 0.3
            # The first question, before the bulk update, is answered; those after it are not.
            place.break_call(JOB, fault, 2, times=20)
            place.sync(approve=True)
            place.bms.ask("DELETE", "faults")
            place.sync(approve=True)
            return [f"{fault}: {each}" for each in complaints(place, expected)]

    wrong = wrong_in(ask_in_vain, ("500", "hang", "200-html"))
    assert not wrong, wrong
