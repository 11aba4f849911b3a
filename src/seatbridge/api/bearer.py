"""Who calls: the API token in the Authorization header."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from seatbridge.api.problems import Problem
from seatbridge.integrations.clocks import clock
from seatbridge.partners.access import Access, access_of_token

CHALLENGE = 'Bearer realm="Seatbridge"'


def caller_of(request: HttpRequest) -> Access:
    """Raises Problem 401: no token, or one that is unknown, revoked or expired."""
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    access = access_of_token(text.strip(), clock().now()) if kind.lower() == "bearer" else None
    if access is None:
        told = f'{CHALLENGE}, error="invalid_token"' if text else CHALLENGE
        raise Problem(401, headers={"WWW-Authenticate": told})
    return access


class Token(HttpBearer):
    """For the OpenAPI document; `calling` has asked `caller_of` before."""

    def authenticate(self, request: HttpRequest, token: str) -> Access | None:  # noqa: ARG002 - ninja's signature
        found = getattr(request, "access", None)
        return found if isinstance(found, Access) else None
