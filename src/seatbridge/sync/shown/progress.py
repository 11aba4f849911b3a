"""How far a run is, in words and numbers: from the rows that it writes anyway."""

import json
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from seatbridge.ledger.models import LedgerEntry
from seatbridge.sync.models import Owed, SyncRun, Write

WORDS = {
    SyncRun.State.QUEUED: "Starting",
    SyncRun.State.OBSERVING: "Reading BMS and comparing it with the counts",
    SyncRun.State.PLANNED: "Planning",
    SyncRun.State.APPLYING: "Writing to BMS",
    SyncRun.State.PAUSED: "Waiting for Kaseya's limit",
    SyncRun.State.VERIFYING: "Checking that billing prices moved by exactly what was written",
}


@dataclass(frozen=True, slots=True)
class Progress:
    words: str
    done: int
    planned: int
    companies: tuple[str, ...]  # refs on the line that was written last


def progress_of(run: SyncRun) -> Progress:
    """At most three queries."""
    words = WORDS.get(SyncRun.State(run.state), "Done")
    if run.state == SyncRun.State.PAUSED:
        words = pause_words(run)
    if run.cancel_asked:
        words = "Stopping before the next write"
    if run.state not in (SyncRun.State.APPLYING, SyncRun.State.VERIFYING):
        return Progress(words, 0, 0, ())
    writes = Write.objects.filter(run=run)
    last = writes.order_by("-pk").values_list("members", flat=True).first()
    owed = Owed.objects.filter(run=run).exclude(purpose=Owed.Purpose.DOUBLED)
    done = writes.values("pk").union(owed.values("pk"), all=True).count()
    companies = tuple(company for company, _ in last or ())
    return Progress(words, done, max(_planned(run), done), companies)


def pause_words(run: SyncRun) -> str:
    """In the partner's zone: "Waiting for Kaseya's hourly limit until 14:05", "…; next try 14:05"."""
    problem = run.pause.get("problem")
    waits_for = run.pause.get("waits_for", "Kaseya's limit")
    if run.resume_at is None:
        return f"Waiting for {waits_for}" if problem is None else "Next try soon"
    until = run.resume_at.astimezone(ZoneInfo(run.integration.partner.timezone))
    if problem is not None:
        return f"{problem['cause'].rstrip('.')}; next try {until:%H:%M}"
    return f"Waiting for {waits_for} until {until:%H:%M}"


def _planned(run: SyncRun) -> int:
    entry = LedgerEntry.objects.filter(run_id=run.pk, event="run.planned").order_by("-seq").first()
    return 0 if entry is None else int(json.loads(entry.data)["writes"])
