"""May this run still write? Asked in the fenced transaction of every intent, so that a stop holds at once."""

from seatbridge.integrations.operator_stop import stop_of, stop_sentence
from seatbridge.sync.models import SyncRun
from seatbridge.sync.running import Running, WritingStopped

RESUMES = "nothing to do: it is written by the first sync after the stop is lifted"


def check_may_write(running: Running, *, although_stopped: bool = False) -> None:
    """Raise WritingStopped unless the run may write now. That this process carries it, `fenced` has seen.

    `although_stopped`: what is owed is brought to its end even where verification has stopped new writes,
    since a line that stands at 0 would be invoiced at 0.
    """
    cancel_asked, enabled, stopped_reason = SyncRun.objects.values_list(
        "cancel_asked", "integration__enabled", "integration__stopped_reason"
    ).get(pk=running.run.pk)
    if cancel_asked:
        raise WritingStopped("skipped:disabled", "the run was cancelled", "start a new sync when ready")
    if not enabled:
        raise WritingStopped(
            "skipped:disabled", "the integration is off: nothing is written to BMS", "enable the integration"
        )
    stop = stop_of(running.integration.hostname)
    if stop is not None:
        raise WritingStopped("skipped:disabled", stop_sentence(stop), RESUMES)
    if stopped_reason and not although_stopped:
        raise WritingStopped(
            "error:verification",
            f"writing is stopped: {stopped_reason}",
            "look at these contracts in BMS, then enable the integration again",
        )
