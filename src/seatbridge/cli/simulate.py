"""`simulate-bms`: becomes the pretend BMS, which shares no code with this program."""

import os
import sys
from enum import StrEnum
from typing import Annotated

import typer


class Behaviour(StrEnum):
    ADJUSTS = "adjusts"
    APPENDS = "appends"
    REJECTS = "rejects"


class Ahead(StrEnum):
    KEPT = "kept"
    RE_DATES = "re-dates"


def simulate_bms(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    companies: Annotated[int, typer.Option(min=0)] = 10,
    behaviour: Annotated[Behaviour, typer.Option(help="What a second posting of a service does.")] = (
        Behaviour.ADJUSTS
    ),
    ahead: Annotated[Ahead, typer.Option(help="What a write dated ahead does.")] = Ahead.KEPT,
    latency_ms: Annotated[int, typer.Option(min=0)] = 0,
    date: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="Its billing date; today unless said.")
    ] = "",
) -> int:
    """Start a pretend Kaseya BMS on a loopback port; prints one JSON line with its addresses."""
    words = [
        sys.executable, "-m", "bms_simulator",
        "--port", f"{port}",
        "--companies", f"{companies}",
        "--behaviour", behaviour.value,
        "--ahead", ahead.value,
        "--latency-ms", f"{latency_ms}",
    ]  # fmt: skip
    sys.stdout.flush()
    os.execv(sys.executable, words + (["--date", date] if date else []))  # noqa: S606 - our own interpreter
