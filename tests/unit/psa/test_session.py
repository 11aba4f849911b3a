"""Tokens: renewed in time, renewed once after a 401, and never a second time."""

import json
from datetime import timedelta

import httpx
import pytest

from seatbridge.psa.errors import NeedsCredentials, Unreachable
from seatbridge.psa.kaseya_bms.signing_in import SignInOutcome
from tests.unit.psa.examples import STANDARD_TO_14, WRITTEN
from tests.unit.psa.scripted import (
    AUTHENTICATE,
    CONTRACTS,
    NOON,
    REFRESH,
    WRITE,
    Host,
    form_of,
    no,
    ok,
    page,
    pages_of,
    tokens,
)

UNAUTHORIZED = no("Authorization has been denied for this request.", 978001, 401)
UNAUTHORIZED_UNDER_200 = no("Authorization has been denied for this request.", 978001)


def signed_in_until(until: str) -> Host:
    host = Host()
    host.on(AUTHENTICATE, ok(tokens(1, until)))
    host.on(REFRESH, ok(tokens(2, "2026-11-23T15:00:00Z")))
    host.on(CONTRACTS, pages_of([]))
    return host


@pytest.mark.parametrize(
    ("stamp", "minutes"),
    [
        ("2026-11-23T13:00:00Z", 30),  # half of its life is shorter than two minutes less
        ("2026-11-23T12:03:00Z", 1),  # two minutes less is shorter than half of it
        ("2026-11-23T13:00:00", 30),  # without a zone it is UTC
        ("2026-11-23T14:00:00.1234567+01:00", 30),  # .NET writes seven digits
    ],
)
def test_a_token_is_renewed_at_half_its_life_or_two_minutes_before_its_end(stamp: str, minutes: int) -> None:
    host = signed_in_until(stamp)
    bms = host.bms()
    bms.contracts()
    host.time.now = NOON + timedelta(minutes=minutes, seconds=-1)
    bms.contracts()
    assert host.seen[REFRESH] == 0
    host.time.now = NOON + timedelta(minutes=minutes, seconds=1)
    bms.contracts()
    assert (host.seen[REFRESH], host.seen[AUTHENTICATE]) == (1, 1)
    assert form_of(host.sent(REFRESH)[0]) == {"AccessToken": "access-1", "RefreshToken": "refresh-1"}
    assert host.sent(CONTRACTS)[-1].headers["Authorization"] == "Bearer access-2"


@pytest.mark.parametrize("stamp", ["2026-11-23T11:00:00Z", "2026-11-23T12:01:00Z"])
def test_clocks_that_differ_do_not_cost_a_sign_in_per_call(stamp: str) -> None:
    host = signed_in_until(stamp)
    bms = host.bms()
    for _ in range(5):
        bms.contracts()
    assert (host.seen[AUTHENTICATE], host.seen[REFRESH]) == (1, 0)


@pytest.mark.parametrize("stamp", ["", "soon"])
def test_a_token_without_a_readable_stamp_is_used(stamp: str) -> None:
    host = signed_in_until(stamp)
    bms = host.bms()
    bms.contracts()
    bms.contracts()
    assert (host.seen[AUTHENTICATE], host.seen[REFRESH]) == (1, 0)


@pytest.mark.parametrize("refused", [no("Invalid refresh token."), page(), httpx.ReadTimeout("slow")])
def test_a_failed_refresh_signs_in_once(refused: httpx.Response | Exception) -> None:
    host = signed_in_until("2026-11-23T13:00:00Z")
    host.on(REFRESH, refused)
    bms = host.bms()
    bms.contracts()
    host.time.now += timedelta(minutes=31)
    bms.contracts()
    assert (host.seen[REFRESH], host.seen[AUTHENTICATE]) == (1, 2)


def test_a_refresh_token_that_is_over_is_not_tried() -> None:
    host = signed_in_until("2026-11-23T13:00:00Z")
    over = tokens(1, "2026-11-23T13:00:00Z") | {"refreshTokenExpireOn": "2026-11-23T12:10:00Z"}
    host.on(AUTHENTICATE, ok(over))
    bms = host.bms()
    bms.contracts()
    host.time.now += timedelta(minutes=31)
    bms.contracts()
    assert (host.seen[REFRESH], host.seen[AUTHENTICATE]) == (0, 2)


def test_a_password_that_was_changed_meanwhile_is_refused_once() -> None:
    host = signed_in_until("2026-11-23T13:00:00Z")
    host.on(AUTHENTICATE, ok(tokens(1, "2026-11-23T13:00:00Z")), no("Invalid username or password."))
    host.on(REFRESH, no("Invalid refresh token."))
    outcomes: list[SignInOutcome] = []
    bms = host.bms()
    bms.on_sign_in = outcomes.append
    bms.contracts()
    host.time.now += timedelta(minutes=31)
    for _ in range(2):
        with pytest.raises(NeedsCredentials) as caught:
            bms.contracts()
        assert caught.value.refused
    assert host.seen[AUTHENTICATE] == 2
    assert outcomes == [SignInOutcome.SIGNED_IN, SignInOutcome.REFUSED]


def test_a_proven_password_may_go_out_once_more_after_a_broken_answer() -> None:
    host = signed_in_until("2026-11-23T13:00:00Z")
    host.on(AUTHENTICATE, ok(tokens(1, "2026-11-23T13:00:00Z")), page(502))
    host.on(REFRESH, no("Invalid refresh token."))
    bms = host.bms()
    bms.contracts()
    host.time.now += timedelta(minutes=31)
    with pytest.raises(Unreachable):
        bms.contracts()
    assert host.seen[AUTHENTICATE] == 3


@pytest.mark.parametrize("answer", [UNAUTHORIZED, UNAUTHORIZED_UNDER_200, page(401)])
def test_a_401_in_mid_session_renews_once_and_sends_again(answer: httpx.Response) -> None:
    host = signed_in_until("2026-11-23T13:00:00Z")
    host.on(CONTRACTS, answer, pages_of([]))
    assert host.bms().contracts() == {}
    assert [r.headers["Authorization"] for r in host.sent(CONTRACTS)] == [
        "Bearer access-1",
        "Bearer access-2",
    ]
    assert (host.seen[AUTHENTICATE], host.seen[REFRESH]) == (1, 1)


def test_even_a_write_is_sent_again_after_a_401_with_the_same_body() -> None:
    host = signed_in_until("2026-11-23T13:00:00Z")
    host.on(WRITE, UNAUTHORIZED, ok(WRITTEN))
    assert host.bms().write_line(STANDARD_TO_14).line_id == 91
    first, second = host.sent(WRITE)
    assert json.loads(first.content) == json.loads(second.content)


def test_two_401s_need_a_person_but_are_no_refused_password() -> None:
    host = signed_in_until("2026-11-23T13:00:00Z")
    host.on(WRITE, UNAUTHORIZED)
    with pytest.raises(NeedsCredentials, match="does not accept the session") as caught:
        host.bms().write_line(STANDARD_TO_14)
    assert not caught.value.refused
    assert host.seen[WRITE] == 2


def test_a_thread_whose_token_another_has_renewed_takes_the_new_one() -> None:
    host = signed_in_until("2026-11-23T13:00:00Z")
    host.on(CONTRACTS, UNAUTHORIZED, pages_of([]))
    bms = host.bms()
    stale = bms._session.token()
    bms.contracts()
    assert bms._session._renewed(stale).reveal() == "access-2"
    assert (host.seen[AUTHENTICATE], host.seen[REFRESH]) == (1, 1)


def test_tokens_are_shown_nowhere() -> None:
    host = signed_in_until("2026-11-23T13:00:00Z")
    bms = host.bms()
    bms.sign_in()
    assert "access-1" not in repr(vars(bms._session))
