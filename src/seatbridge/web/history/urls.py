from django.urls import path

from seatbridge.web.history import invoices, ledger, put_back, run, runs

urlpatterns = [
    path("history/", runs.show, name="history"),
    path("history/changes/", ledger.show, name="change-history"),
    path("history/changes.csv", ledger.export, name="change-history-csv"),
    path("history/invoices/", invoices.show, name="invoice-check"),
    path("runs/<int:number>/", run.show, name="run"),
    path("runs/<int:number>/put-back", put_back.ask, name="run-put-back"),
]
