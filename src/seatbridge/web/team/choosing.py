"""Which partner a person of several works for now."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from seatbridge.partners.access import choose, places_of, require
from seatbridge.partners.roles import Right


@require_http_methods(["GET", "POST"])
def choose_partner(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    if request.method == "POST":
        number = request.POST.get("partner", "")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise Http404
        choose(request, int(number))
        return redirect("home")
    places = places_of(access.user) if access.user else []
    return render(request, "team/choose_partner.html", {"places": places})
