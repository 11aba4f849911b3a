"""Schemathesis over the served document, against a real server and the pretend BMS, both behind a fence."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support import worlds
from tests.support.bms_process import SOURCES, BmsProcess
from tests.support.commands import CommandServer, Seatbridge, days_until
from tests.support.sample_partner import add_token, set_up

ROOT = Path(__file__).parents[2]
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "unsupported_method",
    "ignored_auth",
)
# Whatever host is made up, it is the pretend one or none.
KASEYAS = ("bms.kaseya.com", "bmsemea.kaseya.com", "bmsapac.kaseya.com")


@dataclass(frozen=True, slots=True)
class Fuzzed:
    code: int
    said: str
    server_said: str
    calls: int
    statuses: dict[str, int]

    @property
    def defects(self) -> list[str]:
        """What the server calls an error; Django says so of an address that is too long, and that is none."""
        lines = self.server_said.splitlines()
        return [line for line in lines if " ERROR " in line and "django.security." not in line]


def northgate(folder: Path, bms: BmsProcess, commands: CommandServer) -> Seatbridge:
    """A data folder with the sample partner; it calls the pretend BMS alone."""
    bms.load(worlds.world())
    environment = {
        "SEATBRIDGE_PSA_HOSTS": ",".join(f"{host}={bms.url}" for host in (worlds.HOST, *KASEYAS)),
        "SEATBRIDGE_DATE_OFFSET_DAYS": str(days_until(worlds.TODAY)),
        "SEATBRIDGE_SETTLE_SECONDS": "1",
    }
    seatbridge = Seatbridge(folder / "home", environment, commands)
    set_up(seatbridge, folder)
    return seatbridge


def fuzz(seatbridge: Seatbridge, folder: Path, seconds: int, seed: int | None = None) -> Fuzzed:
    token = add_token(seatbridge, "owner")
    log = folder / "server.log"
    with log.open("w") as errors:
        server = subprocess.Popen(
            fenced("seatbridge.cli.main", "serve", "--bind", "127.0.0.1:0"),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=seatbridge.surroundings(PYTHONPATH=f"{SOURCES}{os.pathsep}{ROOT}"),
        )
    try:
        assert server.stdout is not None
        address = server.stdout.readline().split(" is at ")[1].split()[0]
        served = httpx.get(f"{address}/api/v1/openapi.json", timeout=120, trust_env=False)
        assert served.status_code == 200  # and on a busy machine the first answer takes its time
        ended = _schemathesis(address, token, folder, seconds, seed)
    finally:
        server.terminate()
        server.communicate(timeout=60)
    statuses = _statuses(folder / "events.ndjson")
    said = ended.stdout + ended.stderr
    return Fuzzed(ended.returncode, said, log.read_text(), sum(statuses.values()), statuses)


def fenced(*words: str) -> list[str]:
    return [sys.executable, "-m", "tests.support.fenced", *words]


def _schemathesis(
    address: str, token: str, folder: Path, seconds: int, seed: int | None
) -> subprocess.CompletedProcess[str]:
    words = [
        "schemathesis.cli", "run", f"{address}/api/v1/openapi.json",
        "--header", f"Authorization: Bearer {token}",
        "--checks", ",".join(CHECKS),
        "--wait-for-schema", "60",
        "--max-time", str(seconds),
        "--continue-on-failure",
        "--warnings", "off",
        "--request-timeout", "60",
        "--suppress-health-check", "all",
        "--report", "ndjson", "--report-ndjson-path", str(folder / "events.ndjson"),
        "--no-color",
        *(["--seed", str(seed)] if seed is not None else []),
    ]  # fmt: skip
    surroundings = {
        **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
        "PYTHONPATH": f"{SOURCES}{os.pathsep}{ROOT}",
        "SCHEMATHESIS_HOOKS": "tests.support.fuzz_hooks",
    }
    return subprocess.run(
        fenced(*words), cwd=folder, capture_output=True, text=True, check=False, env=surroundings
    )


def _statuses(events: Path) -> dict[str, int]:
    """Answers by status."""
    found: dict[str, int] = {}
    for line in events.read_text().splitlines() if events.exists() else ():
        _count(json.loads(line), found)
    return dict(sorted(found.items()))


def _count(value: object, found: dict[str, int]) -> None:
    if isinstance(value, dict):
        response = value.get("response")
        if isinstance(response, dict) and isinstance(response.get("status_code"), int):
            status = str(response["status_code"])
            found[status] = found.get(status, 0) + 1
        for each in value.values():
            _count(each, found)
    elif isinstance(value, list):
        for each in value:
            _count(each, found)
