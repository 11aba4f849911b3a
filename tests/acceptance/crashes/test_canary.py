"""The test write under every behaviour of BMS: never two priced lines, and a question where it is due."""

import pytest

from tests.acceptance.crashes.places import Place, Places
from tests.acceptance.crashes.scenarios import CONTOSO, NORTHWIND, Scenario
from tests.acceptance.crashes.side_by_side import wrong_in
from tests.acceptance.crashes.truth import BULK, POST_LINE, SUMMARY, effects_of, ledger_complaints
from tests.support.worlds import ADVANCED, STANDARD

BEHAVIOURS = ("adjusts", "appends", "rejects")
ANSWERS = {"appends": "replace", "rejects": "price-carrying"}
# What a write dated ahead does, and what a bulk update's date means.
READINGS = (("kept", "from-date"), ("re-dates", "immediate"), ("kept", "re-dates"), ("re-dates", "from-date"))
WORLD = Scenario("a canary and the rest", reading="unknown", companies=("northwind", "contoso"))
# Price-carrying is possible only on a line that is known to stand at one unit.
CARRYING = Scenario(
    "a canary and a line that carries its price",
    reading="unknown",
    companies=("northwind", "contoso"),
    carrying=("contoso",),
)
COUNTED = {(NORTHWIND, STANDARD): 70.0, (NORTHWIND, ADVANCED): 45.0, (CONTOSO, ADVANCED): 157.5}
# Nothing is known of the price of one user on the lines of Northwind: they stay as they are.
ENDS = {
    "adjusts": COUNTED,
    "appends": COUNTED,
    "rejects": COUNTED | {(NORTHWIND, STANDARD): 60.0, (NORTHWIND, ADVANCED): 37.5},
}


def amounts(place: Place) -> dict[tuple[int, int], float]:
    """What each (contract, service) of ours is billed next, over all its lines and with all prorations."""
    found = dict.fromkeys(COUNTED, 0.0)
    for bill in place.bms.ask("GET", "bills"):
        for line in bill["lines"]:
            key = (bill["contract_id"], line["service_id"])
            if key in found:
                found[key] += float(line["amount"]) + sum(
                    float(each["amount"]) for each in line["prorations"]
                )
    return found


def statuses(place: Place) -> dict[tuple[str, str], str]:
    lines = place.report()["last"]["lines"]
    return {(line["company"], line["product"]): line["status"] for line in lines}


def asks(place: Place, behaviour: str) -> list[str]:
    """After the canary nothing is written before a person has chosen, however often a sync is approved."""
    wrong = []
    if place.report()["reading"] != behaviour:
        wrong.append(f"the verdict is {place.report()['reading']}")
    calls = len(place.bms.writes())
    place.sync(approve=True)
    if len(place.bms.writes()) != calls:
        wrong.append("something was written before a person has chosen")
    if statuses(place)["contoso", "advanced"] != "blocked:write-method":
        wrong.append(f"it does not ask: {statuses(place)}")
    return wrong


def ends(place: Place, expected: dict[tuple[int, int], float]) -> list[str]:
    """The right amounts, nothing priced twice at any moment, and a second sync that writes nothing."""
    wrong = []
    if amounts(place) != expected:
        wrong.append(f"billed is {amounts(place)}, and should be {expected}")
    watch = place.bms.ask("GET", "watch")
    wrong += [f"{name}: {found}" for name, found in watch.items() if found]
    calls = len(place.bms.writes())
    place.sync(approve=True)
    wrong += ["a second sync wrote again"] * (len(place.bms.writes()) != calls)
    return wrong + ledger_complaints(place.report(), effects_of(place.bms))


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_no_service_is_priced_twice_and_after_the_answer_all_ends_right(
    places: Places, behaviour: str
) -> None:
    scenario = CARRYING if behaviour == "rejects" else WORLD

    def live_through(reading: tuple[str, str]) -> list[str]:
        ahead, bulk_date = reading
        with places.place(scenario, behaviour=behaviour, ahead=ahead, bulk_date=bulk_date) as place:
            place.sync(approve=True)
            wrong = asks(place, behaviour) if behaviour in ANSWERS else []
            if behaviour in ANSWERS:
                place.do("choose", method=ANSWERS[behaviour])
                place.sync(approve=True)
            return [f"{reading}: {each}" for each in wrong + ends(place, ENDS[behaviour])]

    wrong = wrong_in(live_through, READINGS)
    assert not wrong, wrong


# What a person or another program did to the contract between the zeroing and its reading: +10.00 a month.
MOVED = {
    "edits": [
        {
            "op": "add-line",
            "set": {"contract_id": NORTHWIND, "service_id": 601, "units": 4, "unit_price": "2.50"},
        }
    ]
}
UNCLEAR = {
    "the line is passed over": (BULK, "job-passes-over", 1, {}),
    "the total moved by something else": (SUMMARY, "mutate", 2, MOVED),
}


@pytest.mark.parametrize("what", UNCLEAR)
def test_an_undecided_canary_is_made_again_only_after_a_person_has_looked(places: Places, what: str) -> None:
    endpoint, fault, occurrence, options = UNCLEAR[what]
    with places.place(WORLD) as place:
        place.break_call(endpoint, fault, occurrence, **options)
        place.sync(approve=True)
        assert place.report()["reading"] == "undecided"
        assert place.bms.ask("GET", "watch") == {"violations": [], "without_priced_line": []}
        calls = len(place.bms.writes())
        for approve in (False, True):
            place.sync(approve=approve)
            assert len(place.bms.writes()) == calls
            assert statuses(place)["contoso", "advanced"] == "blocked:write-method"
        place.do("choose", method="auto")
        place.sync(approve=True)
        assert place.report()["reading"] == "adjusts"
        assert statuses(place)["contoso", "advanced"] == "synced"


def test_a_refusal_that_was_none_is_asked_about_and_the_canary_not_repeated(places: Places) -> None:
    """BMS said no and did it: the line carries its price again, and only a person can say what that means."""
    with places.place(WORLD) as place:
        place.break_call(POST_LINE, "success-false-after")
        place.sync(approve=True)
        calls = len(place.bms.writes())
        for _ in range(2):
            place.sync(approve=True)
        assert len(place.bms.writes()) == calls
        assert place.bms.ask("GET", "watch") == {"violations": [], "without_priced_line": []}
        assert amounts(place)[NORTHWIND, ADVANCED] == COUNTED[NORTHWIND, ADVANCED]
        (owed,) = place.report()["owed"]
        assert owed["waits_for_person"] != ""
