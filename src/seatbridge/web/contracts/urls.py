"""The billing calendar contract by contract."""

from django.urls import path

from seatbridge.web.contracts import editing, files, listing, proposing

urlpatterns = [
    path("", listing.show, name="contracts"),
    path("<int:contract_id>/", editing.edit, name="contract"),
    path("terms.csv", files.take, name="contracts-csv"),
    path("proposal", proposing.show, name="contracts-proposal"),
    path("proposal/accept", proposing.accept, name="contracts-accept"),
    path("file", files.bring, name="contracts-file"),
]
