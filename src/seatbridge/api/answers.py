"""What became of asking for a run, as a program is told."""

from typing import Any

from ninja import Status

from seatbridge.api.problems import Problem
from seatbridge.sync.models import SyncRun
from seatbridge.sync.requesting import AlreadyActive, Answer, NotNow


def started(answer: Answer) -> Status[dict[str, Any]]:
    if not isinstance(answer, SyncRun):
        raise not_started(answer)
    return Status(202, {"id": answer.pk, "state": answer.state})


def not_started(answer: AlreadyActive | NotNow) -> Problem:
    if isinstance(answer, NotNow):
        return Problem(409, answer.sentence, answer.status)
    run = answer.run
    return Problem(
        409,
        f"Run {run.pk} is under way, asked for by {run.actor}. Nothing more was started.",
        more={"id": run.pk, "state": run.state},
    )
