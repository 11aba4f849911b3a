"""Upload counts: what a file would change, then its import."""

from django.urls import path

from seatbridge.web.uploads import pages

urlpatterns = [
    path("", pages.show, name="uploads"),
    path("<int:number>/", pages.decide, name="upload"),
]
