"""A write dated ahead whose answer was lost: it cannot be read before its day, and is never sent unasked."""

from datetime import datetime, timedelta

import pytest

from tests.acceptance.crashes.places import Place, Places
from tests.acceptance.crashes.scenarios import ADJUST_AHEAD, CONTOSO, NOON, Scenario
from tests.acceptance.crashes.truth import POST_LINE
from tests.support.worlds import ADVANCED

ITS_DAY = datetime.combine(NOON.replace(month=12, day=1), NOON.timetz())
ALONE = Scenario("one line ahead", issue_on="start", ahead="kept", companies=("contoso",))


def status_of(place: Place, company: str, product: str) -> str:
    lines = place.report()["last"]["lines"]
    return next(str(row["status"]) for row in lines if (row["company"], row["product"]) == (company, product))


def memory_of(place: Place) -> dict[str, object]:
    rows = place.report()["memory"]
    return next(row for row in rows if (row["contract_id"], row["service_id"]) == (CONTOSO, ADVANCED))


def until_its_day(place: Place) -> None:
    """A sync a day: none of them knows more, so none of them writes."""
    for days in (1, 2):
        place.turn_to(NOON + timedelta(days=days))
        place.do("count", counts=ALONE.counts())
        place.sync()
        assert status_of(place, "contoso", "advanced") == "outcome-unknown"
        assert len(place.bms.writes()) == 1


@pytest.mark.parametrize("fault", ["cut-after", "502-html-after"])
def test_a_lost_write_dated_ahead_stays_unknown_and_is_found_on_its_day(places: Places, fault: str) -> None:
    with places.place(ALONE) as place:
        place.break_call(POST_LINE, fault)
        place.sync(approve=True)
        assert status_of(place, "contoso", "advanced") == "outcome-unknown"
        until_its_day(place)
        place.turn_to(ITS_DAY)
        place.do("count", counts=ALONE.counts())
        place.sync()
        assert status_of(place, "contoso", "advanced") == "no-change"
        assert memory_of(place)["written_units"] == 21
        assert len(place.bms.writes()) == 1


def test_one_that_never_arrived_is_written_anew_from_its_day_on(places: Places) -> None:
    with places.place(ALONE) as place:
        place.break_call(POST_LINE, "cut-before")
        place.sync(approve=True)
        until_its_day(place)
        place.turn_to(ITS_DAY)
        place.do("count", counts=ALONE.counts())
        place.sync()
        told = place.report()
        assert "write.no-effect" in told["events"]
        assert not memory_of(place)["pending_unknown"]
        (_, again) = place.bms.writes()
        assert (again["body"][0]["Units"], again["body"][0]["EffectiveDate"][:10]) == (21, "2027-01-01")


def test_a_person_who_releases_it_by_name_has_it_sent_once_more(places: Places) -> None:
    with places.place(ALONE) as place:
        place.break_call(POST_LINE, "cut-before")
        place.sync(approve=True)
        place.sync(approve_lines=[("contoso", "advanced")])
        assert status_of(place, "contoso", "advanced") == "scheduled"
        place.sync()
        assert status_of(place, "contoso", "advanced") == "scheduled"
        assert [write["effect"] for write in place.bms.writes()] == [False, True]


def test_where_the_first_one_ahead_is_lost_another_line_is_tried_only_when_it_is_read(places: Places) -> None:
    """Two unread writes dated ahead could not be told apart, and BMS may move today's line by any of them."""
    with places.place(ADJUST_AHEAD) as place:
        first_intent = place.sync(approve=True).numbers_of("after-intent")[0]
    with places.place(ADJUST_AHEAD, ahead="re-dates") as place:
        assert place.sync(approve=True, kill_at=first_intent).killed
        place.sync()
        statuses = {line["status"] for line in place.report()["last"]["lines"]}
        assert "error:verification" not in statuses
        assert len(place.bms.writes()) == 1
