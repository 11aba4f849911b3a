"""Light, dark, or as the system says: a cookie, so that the page arrives in the right colors."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from seatbridge.web.back import way_back
from seatbridge.web.frame import THEME, THEMES


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("theme", "")
    answer = HttpResponseRedirect(way_back(request))
    if wanted in THEMES:
        answer.set_cookie(
            THEME,
            wanted,
            max_age=365 * 86_400,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer
