"""`operator stop|resume|status`"""

from typing import Annotated

import typer

from seatbridge.cli.actor import actor
from seatbridge.cli.failing import CommandRefused
from seatbridge.cli.options import AsJson, group
from seatbridge.cli.printing import answer, print_document, tell
from seatbridge.integrations.clocks import clock
from seatbridge.integrations.models import WritingStop
from seatbridge.integrations.operator_stop import (
    EVERYWHERE,
    StopRefused,
    resume_writing,
    stop_writing,
    stops_in_force,
)

app = group("Operator: stop all writing to BMS at once, and let it go on.")
Host = Annotated[
    str | None, typer.Option("--host", metavar="HOST", help="Only this BMS host; else every one.")
]


@app.command()
def stop(
    *,
    host: Host = None,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="What every page says.")
    ] = "please stand by",
    as_json: AsJson = False,
) -> int:
    """Write nothing more: each run in flight stops before its next write. Previews still work."""
    try:
        row = stop_writing(_host(host), reason=reason.strip(), by=actor(), now=clock().now())
    except StopRefused as refused:
        raise CommandRefused(str(refused), fix="Hosts in use: seatbridge integration list") from refused
    said = [f"Nothing is written to {_place(row.host)} any more: {row.reason}."]
    again = f"seatbridge operator resume --host {row.host}" if row.host else "seatbridge operator resume"
    answer(_document(row), [*said, f"Let it go on: {again}"], as_json=as_json)
    return 0


@app.command()
def resume(*, host: Host = None, as_json: AsJson = False) -> int:
    """Lift that stop. What came due meanwhile runs now, once."""
    wanted = _host(host)
    if not resume_writing(wanted, by=actor(), now=clock().now()):
        raise CommandRefused(
            f"Writing to {_place(wanted)} is not stopped by such a stop.",
            fix="What is in force: seatbridge operator status",
            code=1,
        )
    left = stops_in_force()
    said = [f"Writing to {_place(wanted)} goes on.", *(f"Still stopped: {_place(row.host)}." for row in left)]
    answer({"stops": [_document(row) for row in left]}, said, as_json=as_json)
    return 0


@app.command()
def status(*, as_json: AsJson = False) -> int:
    """What is stopped, why, and by whom. Exit code 1 where anything is."""
    rows = stops_in_force()
    if as_json:
        print_document({"stops": [_document(row) for row in rows]})
    else:
        tell(
            f"Stopped: {_place(row.host)}, since {row.since:%d %b %Y %H:%M} UTC by {row.by}: {row.reason}."
            for row in rows
        )
        if not rows:
            tell(["Nothing is stopped."])
    return 1 if rows else 0


def _host(typed: str | None) -> str:
    return EVERYWHERE if typed is None else typed.strip().lower()


def _place(host: str) -> str:
    return host or "every BMS"


def _document(row: WritingStop) -> dict[str, object]:
    return {"host": row.host or None, "reason": row.reason, "by": row.by, "since": row.since}
