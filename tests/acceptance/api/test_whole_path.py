"""The main job as a program does it over HTTP: from an empty partner to units that stand in BMS."""

import socket
import threading
from pathlib import Path

import httpx
import pytest

from tests.support import worlds
from tests.support.bms_process import BmsProcess, running_bms
from tests.support.commands import CommandServer, Seatbridge
from tests.support.http_program import HttpProgram, calling
from tests.support.portal import portal
from tests.support.sample_partner import PARTNER, add_integration, add_token

ENDED = ("succeeded", "needs-attention", "failed", "cancelled", "awaiting-approval")


def test_from_an_empty_partner_to_units_in_bms(
    seatbridge: Seatbridge, bms: BmsProcess, tmp_path: Path
) -> None:
    seatbridge.ok("partner", "add", PARTNER, "--timezone", "UTC")
    token = add_token(seatbridge, "owner")
    with portal(seatbridge) as address, calling(address, token) as program:
        here = connect(program)
        program.ok("PUT", "/companies/northwind", {"name": "Northwind", "licenses_assigned": 20})
        program.ok("POST", "/imports/companies?complete=true", worlds.COMPANIES)
        rows = [("northwind", "standard", 14), ("northwind", "advanced", 0), ("contoso", "standard", 0)]
        pushed = [{"company": ref, "product": product, "count": count} for ref, product, count in rows]
        pushed.append({"company": "contoso", "product": "advanced", "count": 21})
        program.ok("POST", "/counts", {"complete": True, "counts": pushed})
        map_all(program, here)
        units = worlds.put_file(tmp_path, "units.csv", worlds.UNITS)
        seatbridge.ok("units", "set", 1, units)

        preview = finished(program, here, "dry-run")
        assert preview["state"] == "succeeded"
        assert bms.writes() == []
        approved = program.ok("POST", f"/runs/{preview['id']}/approve", {"digest": preview["digest"]})
        run = program.until(f"/runs/{approved['id']}", lambda found: found["state"] in ENDED)
        assert (run["state"], run["summary"]["written"]) == ("succeeded", 2)
        lines = program.ok("GET", f"/runs/{run['id']}/lines?status=synced")["items"]
        assert {(each["company"], each["units_before"], each["units_after"]) for each in lines} == {
            ("northwind", 12, 14),
            ("contoso", 20, 21),
        }
        assert bms.units_of(worlds.NORTHWIND_STANDARD) == 14
        assert bms.units_of(worlds.CONTOSO_ADVANCED) == 21
        before = len(bms.writes())
        assert finished(program, here, "sync")["state"] == "succeeded"
        assert len(bms.writes()) == before
        intended = program.ok("GET", "/ledger?event=write.intended&limit=500")["items"]
        assert {entry["data"]["units"] for entry in intended} >= {14, 21}


def connect(program: HttpProgram) -> str:
    """Its path."""
    made = program.ok(
        "POST",
        "/integrations",
        {
            "hostname": worlds.HOST,
            "username": worlds.USERNAME,
            "password": worlds.PASSWORD,
            "company_name": worlds.COMPANY_NAME,
            "enabled": True,
        },
    )
    here = f"/integrations/{made['id']}"
    assert program.ok("POST", f"{here}/authenticate")["ok"]
    program.until(f"{here}/catalog", lambda found: found["refreshed_at"] is not None)
    return here


def map_all(program: HttpProgram, here: str) -> None:
    services = {each["name"]: each["service_id"] for each in program.ok("GET", f"{here}/services")["items"]}
    wanted = [
        {"product": product, "service_id": services[f"Password Boss {product.title()}"]}
        for product in ("standard", "advanced")
    ]
    program.ok("PUT", f"{here}/product-mappings", wanted)
    for each in program.ok("GET", f"{here}/suggestions")["items"]:
        place = {"account_id": each["account_id"], "contract_id": each["contract_id"]}
        program.ok("PUT", f"{here}/company-mappings/{each['company']}", place)


def finished(program: HttpProgram, here: str, mode: str) -> dict[str, object]:
    started = program.ok("POST", f"{here}/runs", {"mode": mode})
    found: dict[str, object] = program.until(f"/runs/{started['id']}", lambda run: run["state"] in ENDED)
    return found


def test_two_calls_with_one_key_at_the_same_moment_are_done_once(
    commands: CommandServer, tmp_path: Path
) -> None:
    """While the first waits for BMS, the second is asked to come again, and then gets its answer."""
    answers: list[httpx.Response] = []
    with running_bms("--latency-ms", "300") as bms:
        bms.load(worlds.world())
        hosts = {"SEATBRIDGE_PSA_HOSTS": f"{worlds.HOST}={bms.url}"}
        seatbridge = Seatbridge(tmp_path / "home", hosts, commands)
        seatbridge.ok("partner", "add", PARTNER, "--timezone", "UTC")
        add_integration(seatbridge, "wrong")
        token = add_token(seatbridge, "owner")
        _ask_three_times(seatbridge, token, answers)
        refused = bms.sign_ins()["refused"]
    done, waits, again = sorted(answers[:2], key=lambda each: each.status_code) + answers[2:]
    assert (done.status_code, waits.status_code, again.status_code) == (200, 409, 200)
    assert waits.json()["code"] == "in-progress"
    assert waits.headers["Retry-After"] == "1"
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == done.json()
    assert refused == 1


def _ask_three_times(seatbridge: Seatbridge, token: str, answers: list[httpx.Response]) -> None:
    """Twice at the same moment, and once after that."""
    with portal(seatbridge, "--no-engine") as address:

        def authenticate() -> None:
            with calling(address, token) as program:
                key = {"Idempotency-Key": "once"}
                answers.append(program.client.post("/integrations/1/authenticate", headers=key))

        threads = [threading.Thread(target=authenticate) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        authenticate()


@pytest.mark.parametrize("path", ["/api/v1/imports/users", "/uploads/"])
def test_a_body_beyond_all_measure_is_refused_before_it_is_read(seatbridge: Seatbridge, path: str) -> None:
    seatbridge.ok("partner", "add", PARTNER, "--timezone", "UTC")
    with portal(seatbridge, "--no-engine") as address:
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n\r\n"
        answer = sent_raw(address, head)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert (b"application/problem+json" in answer) == path.startswith("/api/")


def test_what_is_not_http_at_all_is_refused_and_breaks_nothing(seatbridge: Seatbridge) -> None:
    seatbridge.ok("partner", "add", PARTNER, "--timezone", "UTC")
    with portal(seatbridge, "--no-engine") as address:
        assert sent_raw(address, "GET /api/v1/me HTTP/1.1\r\nno colon\r\n\r\n").split()[1] == b"400"
        assert httpx.get(f"{address}/api/v1/openapi.json", trust_env=False, timeout=60).status_code == 200


def sent_raw(address: str, text: str) -> bytes:
    """Everything that comes back until the server hangs up."""
    host, port = address.removeprefix("http://").split(":")
    answer = b""
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(text.encode())
        while chunk := line.recv(4096):
            answer += chunk
    return answer
