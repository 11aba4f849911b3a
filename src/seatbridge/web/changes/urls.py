from django.urls import path

from seatbridge.web.changes import approving, by_mail, decisions, leaving, listing, running

urlpatterns = [
    path("changes/", listing.show, name="changes"),
    path("changes/approve", approving.approve, name="run-approve"),
    path("changes/leave", leaving.leave, name="run-leave"),
    path("changes/decisions/", decisions.show, name="decisions"),
    path("changes/decisions/<int:number>/take-back", decisions.undo, name="decision-take-back"),
    path("decide/<str:key>", by_mail.decide, name="decide-by-mail"),
    path("sync", running.sync_now, name="sync-now"),
    path("runs/<int:number>/cancel", running.cancel, name="run-cancel"),
    path("runs/<int:number>/progress", running.progress, name="run-progress"),
]
