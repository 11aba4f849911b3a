from django.urls import path

from seatbridge.web.changes import (
    approving,
    by_mail,
    decisions,
    differences,
    leaving,
    leaving_as_is,
    listing,
    new_line,
    running,
)

urlpatterns = [
    path("changes/", listing.show, name="changes"),
    path("changes/approve", approving.approve, name="run-approve"),
    path("differences/", differences.show, name="differences"),
    path("differences.csv", differences.download, name="differences-csv"),
    path("differences/accept", differences.accept, name="differences-accept"),
    path("differences/write", differences.write_again, name="differences-write"),
    path("changes/left", leaving.show, name="leavers"),
    path("changes/left/stop", leaving.stop, name="leavers-stop"),
    path("changes/left/again", leaving.again, name="leavers-again"),
    path("new-line/<int:integration>/<str:product>/<path:ref>", new_line.new_line, name="new-line"),
    path("no-new-line/<int:integration>/<str:product>/<path:ref>", new_line.forget, name="new-line-forget"),
    path("changes/leave", leaving_as_is.leave, name="run-leave"),
    path("changes/decisions/", decisions.show, name="decisions"),
    path("changes/decisions/<int:number>/take-back", decisions.undo, name="decision-take-back"),
    path("decide/<str:key>", by_mail.decide, name="decide-by-mail"),
    path("sync", running.sync_now, name="sync-now"),
    path("runs/<int:number>/cancel", running.cancel, name="run-cancel"),
    path("runs/<int:number>/progress", running.progress, name="run-progress"),
]
