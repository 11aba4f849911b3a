"""Every page. An area of pages has a folder or module of its own with its `urlpatterns`, included here."""

from django.urls import include, path

from seatbridge.web import home, theme

urlpatterns = [
    path("", home.show, name="home"),
    path("theme", theme.choose, name="theme"),
    path("account/", include("seatbridge.web.account_urls")),
]
