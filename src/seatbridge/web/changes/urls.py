from django.urls import path

from seatbridge.web.changes import approving, leaving, listing, running

urlpatterns = [
    path("changes/", listing.show, name="changes"),
    path("changes/approve", approving.approve, name="run-approve"),
    path("changes/left", leaving.show, name="leavers"),
    path("changes/left/stop", leaving.stop, name="leavers-stop"),
    path("changes/left/again", leaving.again, name="leavers-again"),
    path("sync", running.sync_now, name="sync-now"),
    path("runs/<int:number>/cancel", running.cancel, name="run-cancel"),
    path("runs/<int:number>/progress", running.progress, name="run-progress"),
]
