"""The pretend BMS as a process of its own on a loopback port, and its control plane for tests."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

SOURCES = Path(__file__).parents[2] / "src"


@dataclass(frozen=True, slots=True)
class BmsProcess:
    """`url` stands for https://api.HOST; `control` speaks JSON with what no client may see."""

    url: str
    pid: int
    control: httpx.Client

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.control.request(method, path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def load(self, world: dict[str, Any]) -> None:
        self.ask("PUT", "world", world)

    def writes(self) -> list[dict[str, Any]]:
        """Every writing call so far, with or without effect."""
        found: list[dict[str, Any]] = self.ask("GET", "writes")
        return found

    def sign_ins(self) -> dict[str, int]:
        """{"accepted": n, "refused": n}"""
        found: dict[str, int] = self.ask("GET", "calls")["sign_ins"]
        return found

    def units_of(self, line_id: int) -> int:
        """What the line would be billed with; BMS shows that to no client."""
        lines = [line for bill in self.ask("GET", "bills") for line in bill["lines"]]
        return next(int(line["units"]) for line in lines if line["line_id"] == line_id)

    def total_of(self, contract_id: int) -> float:
        bills = self.ask("GET", "bills")
        return next(float(bill["total_now"]) for bill in bills if bill["contract_id"] == contract_id)


@contextmanager
def running_bms(*words: str) -> Iterator[BmsProcess]:
    """`words` are options of `python -m bms_simulator`."""
    with _running("bms_simulator", *words) as (process, told), _control(told["control_url"]) as control:
        yield BmsProcess(told["url"], process.pid, control)


@contextmanager
def running_bms_side_by_side(many: int) -> Iterator[list[BmsProcess]]:
    """As many of them, in one process."""
    with ExitStack() as stack:
        process, urls = stack.enter_context(_running("tests.support.many_bms", str(many)))
        yield [BmsProcess(url, process.pid, stack.enter_context(_control(f"{url}/control"))) for url in urls]


def _control(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, timeout=30, trust_env=False)


@contextmanager
def _running(module: str, *words: str) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """The process, and what it tells in its first line."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{SOURCES}{os.pathsep}{SOURCES.parent}"},
    )
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()
