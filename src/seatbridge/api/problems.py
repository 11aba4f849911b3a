"""What went wrong, as a problem document (RFC 9457): for programs a code, for people a sentence."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 50
# Where nobody said anything more precise.
CODES = {
    400: "malformed",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    413: "too-large",
    415: "unsupported-media-type",
    422: "validation",
    500: "internal",
}
SENTENCES = {
    400: "The request could not be read.",
    401: "Send a living API token: Authorization: Bearer sb_…",
    403: "The token's role does not include this.",
    404: "There is nothing here, or it is not yours.",
    405: "This address does not take that method.",
    413: "What was sent is too large.",
    500: "A defect of Seatbridge. The operator's log says what happened.",
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """`field`: dotted, list places as numbers from 0: `counts.3.company`."""

    field: str
    message: str


@dataclass(eq=False)
class Problem(Exception):
    """Raised anywhere below an operation; becomes its answer. `more`: further members of the document."""

    status: int
    detail: str = ""
    code: str = ""
    fix: str = ""
    errors: Sequence[FieldError] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def invalid(name: str, message: str, code: str = "validation") -> Problem:
    """422 about one field."""
    return Problem(422, message, code, errors=(FieldError(name, message),))


def answer(problem: Problem) -> HttpResponse:
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code or CODES.get(problem.status, "error"),
        "detail": problem.detail or SENTENCES.get(problem.status, HTTPStatus(problem.status).phrase),
    }
    if problem.fix:
        document["fix"] = problem.fix
    if problem.errors:
        document["field"] = problem.errors[0].field
        listed = problem.errors[:MOST_ERRORS]
        document["errors"] = [{"field": each.field, "message": each.message} for each in listed]
    document |= problem.more
    text = json.dumps(document)
    return HttpResponse(text, status=problem.status, content_type=MEDIA_TYPE, headers=dict(problem.headers))
