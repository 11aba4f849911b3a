"""One observation: the fewest calls there can be, one after another or a few lists at once."""

import json
import threading

import httpx
import pytest

from seatbridge.psa.errors import Rejected
from seatbridge.psa.kaseya_bms import calls
from tests.unit.psa.scripted import CONTRACTS, LINES, NOON, Host, contract_row, line_row, no, ok, pages_of

ADVANCED_LINES = LINES.replace("501", "502")


def world() -> Host:
    host = Host()
    host.on(CONTRACTS, pages_of([contract_row(number) for number in range(1, 251)]))
    host.on(LINES, pages_of([line_row(number) for number in range(1, 251)]))
    host.on(ADVANCED_LINES, pages_of([line_row(number, serviceId=502) for number in range(1001, 1101)]))
    return host


@pytest.mark.parametrize("at_once", [1, 3])
def test_an_observation_costs_one_sign_in_and_a_call_per_hundred_rows(at_once: int) -> None:
    host = world()
    bms = host.bms(at_once=at_once)
    reading = bms.read([501, 502])
    assert (len(reading.contracts), len(reading.lines)) == (250, 350)
    assert [line.service_id for line in reading.lines] == [501] * 250 + [502] * 100
    assert reading.began == reading.ended == NOON
    assert dict(bms.calls) == {calls.AUTHENTICATE: 1, calls.CONTRACTS: 3, calls.LINES: 4}


def test_a_service_that_is_named_twice_is_read_once() -> None:
    host = world()
    assert len(host.bms().read([501, 501]).lines) == 250


def test_a_refusal_in_one_of_several_lists_is_the_answer_of_all() -> None:
    host = world()
    host.on(ADVANCED_LINES, no("No.", 9))
    with pytest.raises(Rejected):
        host.bms(at_once=3).read([501, 502])


def test_no_more_than_four_calls_are_in_flight_whoever_asks() -> None:
    host = Host()
    entered, released = threading.Semaphore(0), threading.Event()

    def busy(_request: httpx.Request) -> httpx.Response:
        entered.release()
        released.wait(timeout=10)
        return ok([], 0)

    host.on(CONTRACTS, busy)
    bms = host.bms()
    bms.sign_in()
    threads = [threading.Thread(target=bms.contracts) for _ in range(8)]
    for thread in threads:
        thread.start()
    four = [entered.acquire(timeout=10) for _ in range(4)]
    fifth = entered.acquire(timeout=0.1)
    released.set()
    for thread in threads:
        thread.join()
    assert all(four)
    assert not fifth
    assert bms.calls[calls.CONTRACTS] == 8


def test_threads_share_one_sign_in() -> None:
    host = Host()
    host.on(CONTRACTS, pages_of([]))
    bms = host.bms()
    threads = [threading.Thread(target=bms.contracts) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bms.calls[calls.AUTHENTICATE] == 1


def test_only_the_asked_host_is_spoken_to() -> None:
    host = world()
    host.bms().read([501])
    assert {str(request.url.copy_with(path="/", query=None)) for request in host.requests} == {
        "https://api.bms.kaseya.com/"
    }
    assert all(json.loads(request.content)["PageSize"] == 100 for request in host.sent(LINES))
