"""/healthz, /readyz and /metrics: for the operator's programs, without a session, under any host name."""

import hmac
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from seatbridge.operations.metrics import metrics
from seatbridge.operations.readiness import PARTS, readiness


class Doors:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = DOORS.get(request.path_info)
        if door is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        answer = door(request)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"ok": True})


def readyz(request: HttpRequest) -> HttpResponse:
    """`?only=database`: for a balancer in front of portals, which does not care who carries runs."""
    wanted = request.GET.get("only", "")
    if wanted and wanted not in PARTS:
        return JsonResponse({"error": f"only: one of {', '.join(PARTS)}"}, status=400)
    # Without its database nothing else is known.
    judged = [part for part in readiness() if not wanted or part.name in (wanted, "database")]
    ready = all(part.ok for part in judged)
    shown = {part.name: {"ok": part.ok, "says": part.says} for part in judged}
    return JsonResponse({"ready": ready, "parts": shown}, status=200 if ready else 503)


def read_metrics(request: HttpRequest) -> HttpResponse:
    """Shut without a token: the answer names hosts, and how much is done for whom."""
    if not settings.METRICS_TOKEN:
        return HttpResponse("Not found.", status=404, content_type="text/plain")
    said = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(said, f"Bearer {settings.METRICS_TOKEN}".encode()):
        headers = {"WWW-Authenticate": "Bearer"}
        return HttpResponse("Unauthorized.", status=401, content_type="text/plain", headers=headers)
    return HttpResponse(metrics(), content_type=CONTENT_TYPE_LATEST)


DOORS = {"/healthz": healthz, "/readyz": readyz, "/metrics": read_metrics}
