"""Tell those who carry runs that some are queued, so that they need not look for them all the time.

PostgreSQL: one job a run, committed together with it; a job says "run X" and nothing else. SQLite: whoever
carries runs is a thread of this process, and is woken.
"""

from collections.abc import Iterable
from threading import Event
from typing import TYPE_CHECKING, cast

from django.apps import apps
from django.db import connection, transaction

from seatbridge.sync.models import SyncRun
from seatbridge.sync.starting import SCHEDULE

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job

QUEUE, TASK = "runs", "seatbridge.carry_run"
WAKE = Event()


def call_for_carriers(runs: Iterable[SyncRun]) -> None:
    """Must be called in the transaction that queued them."""
    if connection.vendor == "postgresql":
        app = _procrastinate()
        app.job_manager.batch_defer_jobs([_job(app, run) for run in runs])
    else:
        wake_carriers()


def wake_carriers() -> None:
    """A run may be taken up that no new job stands for. On PostgreSQL workers look for these every second."""
    transaction.on_commit(WAKE.set)


def lock_of(integration_id: int | str) -> str:
    """No two jobs of an integration are worked on at once."""
    return f"integration-{integration_id}"


def queueing_lock_of(run_id: int | str) -> str:
    """No two jobs of a run wait at once."""
    return f"run-{run_id}"


def _procrastinate() -> "App":
    """Loaded by Django, and only with PostgreSQL: a command on SQLite starts without it."""
    return cast("App", getattr(apps.get_app_config("procrastinate"), "app"))  # noqa: B009 - as Django types it


def _job(app: "App", run: SyncRun) -> "Job":
    """A person's run goes before those of the schedule."""
    asked = app.configure_task(
        TASK,
        queue=QUEUE,
        lock=lock_of(run.integration_id),
        queueing_lock=queueing_lock_of(run.pk),
        priority=0 if run.actor == SCHEDULE else 10,
    )
    return asked.job.evolve(task_kwargs={"run": run.pk})
