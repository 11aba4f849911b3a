"""A wrong password, a missing right, a host that may not be called: said in words, and never tried twice."""

from pathlib import Path

import pytest

from tests.support import worlds
from tests.support.bms_process import BmsProcess
from tests.support.commands import Seatbridge

CHANGED = [{"username": worlds.USERNAME, "password": "changed in BMS", "kind": "api"}]


def test_a_wrong_password_costs_one_sign_in_whatever_is_typed(
    mapped: Seatbridge, bms: BmsProcess, tmp_path: Path
) -> None:
    bms.load(worlds.world(users=CHANGED))
    refused = mapped("integration", "authenticate", 1, "--json")
    assert (refused.code, refused.document["status"]) == (1, "error:credentials")
    assert "refused the sign-in" in refused.document["cause"]
    for words in (("sync", 1), ("sync", 1, "--approve"), ("sync", 1, "--dry-run"), ("catalog", "refresh", 1)):
        ended = mapped(*words)
        assert ended.code == 1
        assert "Traceback" not in ended.err
    contract = mapped("integration", "test-contract", 1, 7999)
    assert contract.code == 1
    assert bms.sign_ins() == {"accepted": 0, "refused": 1}

    doctor = mapped("doctor")
    assert doctor.code == 1
    assert "BMS refused the sign-in" in doctor.out
    mapped.ok("integration", "password", 1, "--password-stdin", typed="changed in BMS\n")
    mapped.ok("integration", "authenticate", 1)
    assert mapped("sync", 1, "--approve").code == 0
    assert bms.sign_ins()["refused"] == 1


def test_a_missing_right_is_named(mapped: Seatbridge, bms: BmsProcess) -> None:
    bob = {"username": worlds.USERNAME, "password": worlds.PASSWORD, "rights": ["contracts:view"]}
    bms.load(worlds.world(users=[bob]))
    ended = mapped("integration", "authenticate", 1)
    assert ended.code == 1
    assert "the user may not see: Admin > Finance > Services" in ended.out


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "evil.example.com"])
def test_a_host_that_nobody_allowed_is_refused_before_anything_is_kept(
    mapped: Seatbridge, bms: BmsProcess, host: str
) -> None:
    ended = mapped(
        "integration", "add", "--partner", "Northgate IT", "--hostname", host, "--username", "api",
        "--company-name", "Other", "--password-stdin",
        typed="secret\n",
    )  # fmt: skip
    assert ended.code == 1
    assert host in ended.err
    assert [row["id"] for row in mapped.ok("integration", "list")] == [1]


def test_without_a_terminal_the_password_must_come_on_stdin(mapped: Seatbridge) -> None:
    ended = mapped("integration", "password", 1)
    assert ended.code == 2
    assert "--password-stdin" in ended.err
