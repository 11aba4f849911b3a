"""Lines whose units nobody has confirmed."""

from django.urls import path

from seatbridge.web.units import files, listing, taking

urlpatterns = [
    path("", listing.show, name="units"),
    path("take", taking.take, name="units-take"),
    path("units.csv", files.take, name="units-csv"),
    path("file", files.bring, name="units-file"),
]
