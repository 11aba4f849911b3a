"""Under /api/ everything that goes wrong is a problem document, whoever noticed it first."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from seatbridge.api.problems import MEDIA_TYPE, Problem, answer

API = "/api/"


class Door:
    """The outermost layer: refusals of other middleware, wrong methods, unknown paths, defects."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = self.get_response(request)
        if not request.path.startswith(API) or found.status_code < 400:
            return found
        if found.headers.get("Content-Type") == MEDIA_TYPE:
            return found
        told = answer(Problem(found.status_code))
        for name, value in found.headers.items():
            if name not in ("Content-Type", "Content-Length"):
                told.headers[name] = value
        return told


def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001 - whatever it was
    return answer(Problem(404))
