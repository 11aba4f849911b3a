"""Headers that every answer carries. Nothing inline, nothing from elsewhere, from the first page on."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class ContentSecurityPolicy:
    """Django 5.2 has none of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if not answer.streaming and b"\0" in answer.content:
            # What was refused is shown again as it was typed, but no null character belongs into a page.
            answer.content = answer.content.replace(b"\0", b"")
        answer.headers.setdefault("Content-Security-Policy", POLICY)
        answer.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith("/static/"):
            # What a partner sees stays out of shared caches, and is gone after signing out.
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer
