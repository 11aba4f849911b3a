"""Home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from seatbridge.partners.access import require
from seatbridge.partners.roles import Right


def show(request: HttpRequest) -> HttpResponse:
    require(request, Right.VIEW)
    return render(request, "home.html")
