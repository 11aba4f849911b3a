import base64

import pytest

from bms_simulator.tokens import one_time_code
from bms_simulator.wire import Request
from tests.simulator.worlds import CONTRACTS, NORTHWIND, STANDARD, Bms, element, read, world

REFRESH = "/v2/security/refreshtoken"


def test_a_form_with_the_right_password_gives_tokens_that_open_the_api() -> None:
    bms = Bms()
    result = bms.sign_in()["result"]
    assert result["accessTokenExpireOn"] == "2026-11-23T09:00:00Z"
    assert read(bms.send("GET", "/v2/security/userinfo"))["result"]["businessName"] == "Northgate IT"


def test_stamps_may_come_without_a_zone() -> None:
    bms = Bms(world(naive_stamps=True))
    assert bms.sign_in()["result"]["accessTokenExpireOn"] == "2026-11-23T09:00:00"


def test_a_multipart_form_signs_in_too() -> None:
    fields = {
        "GrantType": "password",
        "UserName": "alice",
        "Password": "alice's password",
        "Tenant": "Northgate IT",
    }
    parts = [
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    headers = {"content-type": "multipart/form-data; boundary=xyz"}
    body = ("".join(parts) + "--xyz--\r\n").encode()
    answer = Bms().simulator.handle(Request("POST", "/v2/security/authenticate", {}, headers, body))
    assert read(answer)["success"] is True


def test_json_is_refused_for_sign_in() -> None:
    answer = Bms().send("POST", "/v2/security/authenticate", {"GrantType": "password"})
    assert answer.status == 415


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "wrong"}, 978002),
        ({"username": "mallory"}, 978002),
        ({"Tenant": "Contoso IT"}, 978003),
        ({"GrantType": "code"}, 978007),
    ],
)
def test_a_bad_sign_in_is_refused_with_status_200(changes: dict[str, str], code: int) -> None:
    bms = Bms()
    answer = bms.sign_in(**changes)
    assert (answer["success"], answer["error"]["code"]) == (False, code)
    assert bms.control("GET", "calls")["sign_ins"] == {"accepted": 1, "refused": 1}


def test_a_refused_sign_in_may_come_as_401() -> None:
    bms = Bms(world(sign_in_refusal="401"))
    form = {"GrantType": "password", "UserName": "alice", "Password": "x", "Tenant": "Northgate IT"}
    assert bms.send("POST", "/v2/security/authenticate", form=form).status == 401


def test_five_bad_sign_ins_lock_the_user_for_30_minutes_even_with_the_right_password() -> None:
    bms = Bms()
    for _ in range(5):
        assert bms.sign_in(password="wrong")["error"]["code"] == 978002
    assert bms.sign_in()["error"]["code"] == 978004
    bms.clock.pass_seconds(30 * 60 - 1)
    assert bms.sign_in()["success"] is False
    bms.clock.pass_seconds(1)
    assert bms.sign_in()["success"] is True


def test_a_good_sign_in_between_forgets_the_bad_ones() -> None:
    bms = Bms()
    for _ in range(2):
        for _ in range(4):
            bms.sign_in(password="wrong")
        assert bms.sign_in()["success"] is True


def test_a_user_with_mfa_needs_the_code() -> None:
    bms = Bms()
    assert bms.sign_in("carol")["error"]["code"] == 978005
    assert bms.sign_in("carol", MFACode="000000")["success"] is False
    assert bms.sign_in("carol", MFACode="123456")["success"] is True


def test_a_user_with_a_one_time_secret_needs_the_code_of_this_half_minute() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    user = {"username": "dan", "password": "dan's password", "kind": "mfa", "totp_secret": secret}
    bms = Bms(world(users=[user]), user="")
    code = one_time_code(secret, bms.clock())
    assert bms.sign_in("dan", MFACode=code)["success"] is True
    bms.clock.pass_seconds(60)
    assert bms.sign_in("dan", MFACode=code)["success"] is False


def test_an_expired_token_is_a_401_and_a_refresh_opens_again() -> None:
    bms = Bms(world(token_minutes=10))
    old = bms.sign_in()["result"]
    bms.clock.pass_seconds(600)
    answer = bms.send("GET", "/v2/security/userinfo")
    assert (answer.status, read(answer)["error"]["code"]) == (401, 978001)
    form = {"AccessToken": old["accessToken"], "RefreshToken": old["refreshToken"]}
    new = read(bms.send("POST", REFRESH, form=form))["result"]
    bms.token = new["accessToken"]
    assert bms.send("GET", "/v2/security/userinfo").status == 200
    assert read(bms.send("POST", REFRESH, form=form))["success"] is False


def test_a_newly_loaded_world_knows_no_token_of_before() -> None:
    bms = Bms()
    old = bms.token
    bms.control("PUT", "world", world())
    bms.sign_in()
    bms.token = old
    assert bms.send("GET", "/v2/security/userinfo").status == 401


def test_a_missing_right_is_said_with_status_200_and_nothing_is_written() -> None:
    bms = Bms(user="bob")
    answer = bms.post_service(NORTHWIND, element(29))
    assert (answer.status, read(answer)["success"]) == (200, False)
    assert read(bms.bulk(STANDARD, [(NORTHWIND, 91)], UnitPrice=0))["success"] is False
    assert read(bms.send("GET", "/v2/crm/accounts/lookup"))["success"] is False
    assert bms.lines()[0]["unitPrice"] == 5.0
    assert [write.effect for write in bms.simulator.writes] == [False, False]


def test_more_calls_than_the_hour_allows_are_a_429_until_the_hour_has_rolled_on() -> None:
    bms = Bms(world(hourly_limit=3, retry_after=True, token_minutes=120))
    path = CONTRACTS.partition(" ")[2]
    answers = [bms.send("GET", path) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert answers[3].headers["retry-after"] == "3600"
    assert bms.send("GET", "/v2/finance/contracts/lookup").status == 200
    bms.clock.pass_seconds(3600)
    assert bms.send("GET", path).status == 200


def test_a_429_may_come_without_retry_after() -> None:
    bms = Bms(world(hourly_limit=1))
    answer = [bms.send("GET", "/v2/security/userinfo") for _ in range(2)][1]
    assert answer.status == 429
    assert "retry-after" not in answer.headers


def test_a_path_that_the_vendor_does_not_have_is_an_html_404() -> None:
    bms = Bms()
    for method, path in (
        ("PUT", f"/v2/finance/contracts/recurringservices/{NORTHWIND}"),
        ("GET", "/api/x"),
        ("DELETE", "/v2/admin/finance/services/501"),
    ):
        answer = bms.send(method, path, {})
        assert answer.status == 404
        assert answer.headers["content-type"].startswith("text/html")
