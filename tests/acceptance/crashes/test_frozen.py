"""A process is frozen in the middle of its run, another one carries the run on, and the first one wakes."""

import sqlite3
from collections.abc import Container
from contextlib import closing

from tests.acceptance.crashes.places import Place, Places
from tests.acceptance.crashes.scenarios import ADJUST, REPLACE, Scenario
from tests.acceptance.crashes.side_by_side import wrong_in
from tests.acceptance.crashes.truth import POST_LINE, Truth, complaints
from tests.acceptance.crashes.undisturbed import undisturbed
from tests.support.forking import Running

LEASE = 3.0  # seconds
LONGEST = 40.0
AROUND_A_CALL = frozenset(
    {
        "before-intent",
        "after-intent",
        "before-call",
        "after-call",
        "before-job",
        "before-answer",
        "before-finish",
    }
)
# Told from inside a transaction. On SQLite a process that is frozen there keeps everybody waiting.
IN_A_TRANSACTION = frozenset({"before-outcome", "after-outcome"})


def freeze(place: Place, running: Running) -> None:
    """Not while it renews its lease: on SQLite a process that is frozen there keeps everybody waiting."""
    running.freeze()
    while place.is_file and _is_locked(place.database):
        running.wake()
        running.freeze()


def _is_locked(file: str) -> bool:
    with closing(sqlite3.connect(file, timeout=0.2, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
        return False


def carried_on_and_woken(place: Place, first: Running, expected: Truth) -> list[str]:
    """What is wrong once another process has ended the run of this frozen one, and it has woken."""
    second = place.sync(lease=LEASE, insist=LONGEST).ended
    calls = len(place.bms.writes())
    first.wake()
    woken = first.end().ended
    wrong = complaints(place, expected)
    wrong += [f"the second one ended so: {second}"] * (second.get("taken_over") != 1)
    wrong += [f"the woken one ended so: {woken}"] * ("lost" not in woken)
    return wrong + ["the woken one wrote on"] * (len(place.bms.writes()) != calls)


def frozen(places: Places, *cases: tuple[Scenario, Container[str]]) -> str:
    """What is wrong where a process freezes at each step of these names."""

    def freeze_at(case: tuple[Scenario, int]) -> list[str]:
        scenario, number = case
        whole = undisturbed(places, scenario)
        with places.place(scenario) as place:
            first = place.begin_sync(approve=True, lease=LEASE, pause_at=number)
            name = first.until_step(number)
            freeze(place, first)
            first.go_on()  # it reads that once it wakes
            try:
                wrong = carried_on_and_woken(place, first, whole.truth)
            except AssertionError as error:
                wrong = [str(error)[-300:]]
            return [f"{scenario.name}, frozen at {number} ({name}): {each}" for each in wrong]

    return wrong_in(
        freeze_at,
        [
            (scenario, number)
            for scenario, names in cases
            for number, step in enumerate(undisturbed(places, scenario).fate.steps)
            if step.name in names
        ],
    )


def test_a_frozen_run_goes_on_elsewhere_and_its_first_process_writes_no_more(places: Places) -> None:
    wrong = frozen(places, (ADJUST, AROUND_A_CALL))
    assert not wrong, wrong


def test_the_same_holds_on_postgresql_where_a_transaction_is_frozen_too(places_on_postgresql: Places) -> None:
    wrong = frozen(
        places_on_postgresql,
        (REPLACE, {"after-intent", "before-job"} | IN_A_TRANSACTION),
        (ADJUST, IN_A_TRANSACTION),
    )
    assert not wrong, wrong


def test_a_process_frozen_while_bms_answers_does_not_keep_the_answer(places: Places) -> None:
    expected = undisturbed(places, ADJUST).truth
    with places.place(ADJUST) as place:
        place.patience = LEASE + 1
        place.break_call(POST_LINE, "hang-after")
        first = place.begin_sync(approve=True, lease=LEASE)
        while first.next_step() != "before-call":
            continue
        while not place.bms.ask("GET", "calls")["calls"].get(POST_LINE):
            continue
        freeze(place, first)
        assert carried_on_and_woken(place, first, expected) == []
