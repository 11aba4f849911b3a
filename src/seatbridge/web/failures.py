"""Pages for what went wrong: what happened, why, what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from seatbridge.partners.access import NotAMember, access_of


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _page(
        request,
        400,
        "This could not be read",
        "What was sent is too large, or not in a form that this page knows.",
        "Go back, shorten what you typed, and try again.",
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, NotAMember):
        what = "You are not a member of any partner"
        why = "You are signed in, but nobody has given you a place yet, or your place was removed."
        return _page(request, 403, what, why, "Ask an owner of your company's Seatbridge for an invitation.")
    why = "Your role does not include it."
    return _page(request, 403, "You may not do this", why, "Ask an owner or an admin of your team.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    why = "The address is mistyped, or what was there is gone."
    return _page(request, 404, "There is nothing here", why, "Start again from Home.")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return _page(
        request,
        403,
        "This form is no longer valid",
        "It was opened before you signed in, or your browser keeps no cookies. Nothing was changed.",
        "Go back, load the page again, and send the form once more.",
    )


def defect(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - what broke may break again: no request, no database
    return HttpResponse(render_to_string("failures/defect.html"), status=500)


def _page(request: HttpRequest, status: int, what: str, why: str, fix: str) -> HttpResponse:
    """With the rail for members, bare for everybody else."""
    layout = "base.html" if _is_member(request) else "bare.html"
    shown = {"what": what, "why": why, "fix": fix, "layout": layout}
    return render(request, "failures/page.html", shown, status=status)


def _is_member(request: HttpRequest) -> bool:
    try:
        access_of(request)
    except NotAMember:
        return False
    return True
