"""No page grows with the address that asked for it: lists repeat the address in each of their links."""

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

LONGEST = 4_000  # a cursor and a search, and as much again


class ShortAddresses:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if len(request.META.get("QUERY_STRING", "")) > LONGEST:
            raise SuspiciousOperation("The address is too long.")
        return self.get_response(request)
