"""A planted password is looked for wherever anything of it could end up."""

import json
from pathlib import Path

import psutil

from tests.support import worlds
from tests.support.bms_process import BmsProcess
from tests.support.commands import Seatbridge
from tests.support.sample_partner import add_integration

TYPED = "another-planted-Pa55word"


def test_a_planted_password_appears_nowhere(mapped: Seatbridge, bms: BmsProcess, tmp_path: Path) -> None:
    hang = {"endpoint": "POST /v2/security/authenticate", "occurrence": 1, "fault": "slow", "seconds": 3}
    said: list[str] = []
    bms.ask("POST", "faults", hang)
    running = mapped.start("integration", "authenticate", 1)
    said.append(_process_list(running.pid))
    out, err = running.communicate(timeout=60)
    said += [out, err]
    bms.load(worlds.world(users=[{"username": worlds.USERNAME, "password": "changed"}]))
    words: tuple[tuple[str | int, ...], ...] = (
        ("integration", "authenticate", 1),
        ("sync", 1, "--json"),
        ("integration", "list", "--json"),
        ("run", "show", 1, "--json"),
        ("doctor",),
        ("ledger", "export"),
    )
    for each in words:
        ended = mapped(*each)
        said += [ended.out, ended.err]
    typed = mapped("integration", "password", 1, "--password-stdin", "--json", typed=f"{TYPED}\n")
    said += [typed.out, typed.err]

    for secret in (worlds.PASSWORD, TYPED, json.dumps(TYPED)):
        assert not [text for text in said if secret in text]
        for file in mapped.home.rglob("*"):
            if file.is_file():
                assert secret.encode() not in file.read_bytes(), file
    assert any("refused the sign-in" in text for text in said)


def _process_list(pid: int) -> str:
    """As anyone on the machine sees it."""
    process = psutil.Process(pid)
    return " ".join(process.cmdline())


def test_a_sealed_password_opens_in_its_own_place_only(empty: Seatbridge, bms: BmsProcess) -> None:
    empty.ok("partner", "add", "Northgate IT", "--timezone", "UTC")
    add_integration(empty)
    (empty.home / "seal-keys").unlink()
    ended = empty("integration", "authenticate", 1, "--json")
    assert ended.code == 1
    assert bms.sign_ins() == {"accepted": 0, "refused": 0}
