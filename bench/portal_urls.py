"""The portal's addresses, and one more that does nothing: it passes the same middleware, signed in."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from seatbridge.config import urls

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
EMPTY = "/empty"


def empty(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    return HttpResponse()


urlpatterns = [path(EMPTY[1:], empty), *urls.urlpatterns]
