"""Every page. An area of pages has a folder or module of its own with its `urlpatterns`, included here."""

from django.urls import include, path

from seatbridge.web import home, theme
from seatbridge.web.team import choosing, joining

urlpatterns = [
    path("", home.show, name="home"),
    path("theme", theme.choose, name="theme"),
    path("partner", choosing.choose_partner, name="choose-partner"),
    path("join/<str:key>", joining.join, name="join"),
    path("account/", include("seatbridge.web.account_urls")),
    path("team/", include("seatbridge.web.team.urls")),
    path("integrations/", include("seatbridge.web.integrations.urls")),
    path("integrations/<int:number>/contracts/", include("seatbridge.web.contracts.urls")),
    path("integrations/<int:number>/units/", include("seatbridge.web.units.urls")),
    path("companies/", include("seatbridge.web.companies.urls")),
    path("uploads/", include("seatbridge.web.uploads.urls")),
    path("", include("seatbridge.web.changes.urls")),
    path("", include("seatbridge.web.history.urls")),
    path("", include("seatbridge.web.company.urls")),
]
