"""Signing in: lazily, with a form, and never twice with a refused password."""

import socket
import ssl
import traceback
from dataclasses import replace

import httpx
import pytest

from seatbridge.kit.secret import Secret
from seatbridge.psa.errors import NeedsCredentials, NotUnderstood, RateLimited, Unreachable
from seatbridge.psa.kaseya_bms.signing_in import SignInOutcome
from seatbridge.psa.kaseya_bms.totp import code_of, step_of
from tests.unit.psa.scripted import (
    ALICE,
    AUTHENTICATE,
    CONTRACTS,
    NOON,
    PASSWORD,
    USER_INFO,
    Host,
    Step,
    answered,
    cut_json,
    form_of,
    no,
    ok,
    page,
    pages_of,
)

TOTP = Secret("JBSWY3DPEHPK3PXP")


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def test_nothing_is_sent_before_the_first_call() -> None:
    host = Host()
    with host.bms():
        assert host.requests == []


def test_the_first_call_signs_in_once_with_a_form() -> None:
    host = Host()
    host.on(CONTRACTS, pages_of([]))
    bms = host.bms()
    bms.contracts()
    bms.contracts()
    (sign_in,) = host.sent(AUTHENTICATE)
    assert sign_in.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert form_of(sign_in) == {
        "GrantType": "password",
        "UserName": "alice",
        "Password": PASSWORD,
        "Tenant": "Northgate IT",
    }
    assert [request.headers["Authorization"] for request in host.sent(CONTRACTS)] == ["Bearer access-1"] * 2


def test_whoami_says_who_bms_takes_us_for() -> None:
    host = Host()
    row = {
        "FullName": "Alice Liddell",
        "BusinessName": "Northgate IT",
        "OlsonTimeZoneName": "America/New_York",
        "CurrencyCode": None,
        "IsUserSystemAdmin": False,
    }
    host.on(USER_INFO, ok(row))
    who = host.bms().whoami()
    assert (who.user, who.business_name, who.time_zone) == (
        "Alice Liddell",
        "Northgate IT",
        "America/New_York",
    )
    assert (who.currency, who.is_admin) == (None, False)


@pytest.mark.parametrize(
    ("answer", "what", "fix"),
    [
        (no("Invalid username or password."), "refused the sign-in of alice", "after 30 minutes"),
        (
            no("Invalid username or password.", status=401),
            "refused the sign-in of alice",
            "authenticate once by hand",
        ),
        (no("The user account is locked."), "refused the sign-in of alice", "30 minutes"),
        (
            no("Invalid username, password or company name."),
            "refused the sign-in of alice",
            "correct the password",
        ),
        (page(401), "refused the sign-in of alice", "correct the password"),
        (answered({"title": "Bad Request"}, 400), "refused the sign-in of alice", "correct the password"),
        (no("Invalid company name."), "company name Northgate IT", "My Settings"),
        (no("Tenant not found"), "company name Northgate IT", "My Settings"),
        (no("An MFA code is required."), "second factor", "API Employee"),
        (no("Enter the verification code"), "second factor", "TOTP secret"),
    ],
)
def test_each_refusal_has_its_words_and_is_never_repeated(
    answer: httpx.Response, what: str, fix: str
) -> None:
    host = Host()
    host.on(AUTHENTICATE, answer)
    outcomes: list[SignInOutcome] = []
    bms = host.bms()
    bms.on_sign_in = outcomes.append
    for _ in range(3):
        with pytest.raises(NeedsCredentials) as caught:
            bms.contracts()
        assert caught.value.refused
        assert what in caught.value.what
        assert caught.value.why
        assert fix in caught.value.fix
    assert host.seen[AUTHENTICATE] == 1
    assert outcomes == [SignInOutcome.REFUSED]


@pytest.mark.parametrize(
    ("step", "what", "times"),
    [
        (caused(httpx.ConnectError("x"), socket.gaierror(-2, "unknown")), "host is unknown", 2),
        (caused(httpx.ConnectError("x"), ssl.SSLCertVerificationError("expired")), "prove who it is", 1),
        (httpx.ConnectError("refused"), "cannot be reached", 2),
        (httpx.ConnectTimeout("slow"), "cannot be reached", 2),
        (httpx.ReadTimeout("slow"), "did not answer in time", 1),
        (httpx.RemoteProtocolError("cut"), "was cut", 1),
        (no("An error has occurred.", status=500), "status 500", 1),
        (page(503), "status 503", 1),
        (page(), "not JSON", 1),
        (cut_json(), "not JSON", 1),
        (page(404), "status 404", 1),
        (httpx.Response(302, headers={"Location": "https://evil.test/"}), "status 302", 1),
    ],
)
def test_a_sign_in_without_a_verdict_is_no_refusal(step: Step, what: str, times: int) -> None:
    host = Host()
    host.on(AUTHENTICATE, step)
    outcomes: list[SignInOutcome] = []
    bms = host.bms()
    bms.on_sign_in = outcomes.append
    with pytest.raises(Unreachable, match=what) as caught:
        bms.sign_in()
    assert caught.value.why
    assert caught.value.fix
    assert outcomes == [SignInOutcome.FAILED]
    # An unproven password goes out a second time only where the first surely never arrived.
    assert host.seen[AUTHENTICATE] == times


def test_the_failures_of_a_sign_in_are_told_apart() -> None:
    steps: list[Step] = [
        caused(httpx.ConnectError("x"), socket.gaierror(-2, "unknown")),
        caused(httpx.ConnectError("x"), ssl.SSLCertVerificationError("expired")),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        page(),
    ]
    words = set()
    for step in steps:
        host = Host()
        host.on(AUTHENTICATE, step)
        with pytest.raises(Unreachable) as caught:
            host.bms().sign_in()
        words.add((caught.value.what, caught.value.why, caught.value.fix))
    assert len(words) == len(steps)


def test_after_a_failure_without_verdict_the_same_session_may_try_later() -> None:
    host = Host()
    host.on(AUTHENTICATE, page(502), host.signed_in)
    bms = host.bms()
    with pytest.raises(Unreachable):
        bms.sign_in()
    bms.sign_in()
    assert host.seen[AUTHENTICATE] == 2


def test_a_limit_on_sign_ins_is_not_waited_for() -> None:
    host = Host()
    host.on(AUTHENTICATE, answered({}, 429, **{"Retry-After": "120"}))
    with pytest.raises(RateLimited) as caught:
        host.bms().sign_in()
    assert (caught.value.retry_at - NOON).total_seconds() == 120
    assert host.time.slept == []


def test_what_the_caller_raises_before_a_sign_in_stops_it() -> None:
    host = Host()
    bms = host.bms()

    def refuse() -> None:
        raise NeedsCredentials("Not now.", refused=True)

    bms.before_sign_in = refuse
    with pytest.raises(NeedsCredentials, match="Not now"):
        bms.contracts()
    assert host.requests == []


def test_a_sign_in_without_a_token_is_not_understood() -> None:
    host = Host()
    host.on(AUTHENTICATE, ok({"accessToken": None, "refreshToken": None}))
    with pytest.raises(NotUnderstood, match="no token"):
        host.bms().sign_in()


def test_a_totp_secret_brings_the_code_of_the_moment() -> None:
    host = Host()
    host.bms(replace(ALICE, totp_secret=TOTP)).sign_in()
    assert form_of(host.sent(AUTHENTICATE)[0])["MFACode"] == code_of(TOTP.reveal(), step_of(NOON))


def test_a_code_that_was_used_is_not_sent_again() -> None:
    host = Host()
    host.on(AUTHENTICATE, page(502), host.signed_in)
    bms = host.bms(replace(ALICE, totp_secret=TOTP))
    with pytest.raises(Unreachable):
        bms.sign_in()
    bms.sign_in()
    first, second = (form_of(request)["MFACode"] for request in host.sent(AUTHENTICATE))
    assert first != second
    assert host.time.slept == [30]


def test_a_refused_code_points_at_the_secret_and_the_clock() -> None:
    host = Host()
    host.on(AUTHENTICATE, no("Invalid MFA code."))
    with pytest.raises(NeedsCredentials) as caught:
        host.bms(replace(ALICE, totp_secret=TOTP)).sign_in()
    assert "clock" in caught.value.fix


def test_a_totp_secret_that_is_none_costs_no_sign_in() -> None:
    host = Host()
    with pytest.raises(NeedsCredentials, match="TOTP secret") as caught:
        host.bms(replace(ALICE, totp_secret=Secret("not base32!"))).sign_in()
    assert not caught.value.refused
    assert host.requests == []


@pytest.mark.parametrize(
    "step", [no(f"Wrong password {PASSWORD} for alice"), httpx.ReadTimeout("slow"), page()]
)
def test_the_password_is_in_no_error_and_no_traceback(step: Step) -> None:
    host = Host()
    host.on(AUTHENTICATE, step)
    try:
        host.bms().sign_in()
    except (NeedsCredentials, Unreachable) as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        told += repr((error.what, error.why, error.fix, error.args, error.__context__))
    assert "sign_in" in told
    assert PASSWORD not in told


def test_credentials_show_no_secret() -> None:
    shown = repr(replace(ALICE, totp_secret=TOTP))
    assert PASSWORD not in shown
    assert TOTP.reveal() not in shown
    assert "***" in shown
