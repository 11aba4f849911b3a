"""Where each path begins. Named as strings: `config` imports nobody above it."""

from django.urls import include, path

handler400 = "seatbridge.web.failures.bad_request"
handler403 = "seatbridge.web.failures.forbidden"
handler404 = "seatbridge.web.failures.not_found"
handler500 = "seatbridge.web.failures.defect"

urlpatterns = [path("api/", include("seatbridge.api.urls")), path("", include("seatbridge.web.urls"))]
