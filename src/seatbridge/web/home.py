"""Home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from seatbridge.partners.access import require
from seatbridge.partners.roles import Right


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    require(request, Right.VIEW)
    return render(request, "home.html")
