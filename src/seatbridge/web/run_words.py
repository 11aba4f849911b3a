"""A run's state in words."""

from dataclasses import dataclass

from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.progress import WORDS, pause_words

_ENDED = {
    SyncRun.State.SUCCEEDED: ("Done", "ok", "check"),
    SyncRun.State.NEEDS_ATTENTION: ("Done, and something needs you", "wait", "waiting"),
    SyncRun.State.AWAITING_APPROVAL: ("Waits for your approval; nothing was written", "wait", "waiting"),
    SyncRun.State.FAILED: ("Could not update", "bad", "failed"),
    SyncRun.State.CANCELLED: ("Cancelled", "off", "off"),
}


@dataclass(frozen=True, slots=True)
class StateWords:
    word: str
    kind: str  # the class that owns the color
    icon_name: str


def state_words(run: SyncRun) -> StateWords:
    state = SyncRun.State(run.state)
    if run.dry_run and state == SyncRun.State.SUCCEEDED:
        return StateWords("Preview: nothing was written", "ok", "check")
    if state in _ENDED:
        return StateWords(*_ENDED[state])
    word = pause_words(run) if state == SyncRun.State.PAUSED else WORDS[state]
    return StateWords(word, "new", "planned")


def kind_words(run: SyncRun) -> str:
    if run.puts_back_id:
        return "Preview of a put back" if run.dry_run else "Put back"
    if run.dry_run:
        return "Preview"
    if run.approves_run_id:
        return "Approved sync"
    return "Sync"
