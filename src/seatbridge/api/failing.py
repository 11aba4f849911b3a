"""Errors of the verbs, and of what was sent, as problems. HTTP statuses are chosen here and nowhere below."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from seatbridge.api.problems import FieldError, Problem, answer
from seatbridge.integrations.changing import SettingRefused, SettingTaken
from seatbridge.integrations.models import Integration
from seatbridge.mappings.confirming import MappingRefused
from seatbridge.psa.errors import PsaError, RateLimited
from seatbridge.sync.finishing import problem_of
from seatbridge.usage.refusals import ImportRefused, RowError

# Where a verb calls a field otherwise than the API does.
_NAMES = {"totp": "totp_secret"}


def handle_errors(api: NinjaAPI) -> None:
    """What an operation itself raises; anything else is a defect, for `door` to tell."""
    api.add_exception_handler(Problem, _answered)
    for gone in (Http404, Integration.DoesNotExist):  # the latter: removed since the gate let it through
        api.add_exception_handler(gone, lambda _request, _error: answer(Problem(404)))
    api.add_exception_handler(ValidationError, _not_valid)
    api.add_exception_handler(HttpError, lambda _request, error: answer(Problem(_status_of(error))))
    for refused in (SuspiciousOperation, BadRequest):
        api.add_exception_handler(refused, lambda _request, _error: answer(Problem(400)))


def _answered(_request: HttpRequest, problem: Any) -> HttpResponse:
    return answer(problem)


def _status_of(error: Any) -> int:
    return int(error.status_code)


def _not_valid(_request: HttpRequest, error: Any) -> HttpResponse:
    errors = [FieldError(_place(each["loc"]), _sentence(each)) for each in error.errors]
    return answer(Problem(422, errors[0].message if errors else "", errors=errors))


def _place(location: Iterable[Any]) -> str:
    """Without where it stood (body, query, path), and without the name of our argument for the body."""
    source, *rest = [str(part) for part in location]
    if source == "body" and rest:
        rest = rest[1:]
    return ".".join(rest[-8:])[:300] or source


def _sentence(error: Mapping[str, Any]) -> str:
    return str(error.get("msg", "")).removeprefix("Value error, ")[:500]


@contextmanager
def told_as_problems(rows: str = "", *, one: bool = False) -> Iterator[None]:
    """Around a verb. `rows`: the list whose rows an ImportRefused counts; `one`: one thing; else a file."""
    try:
        yield
    except SettingTaken as taken:
        raise Problem(409, str(taken)) from taken
    except (SettingRefused, MappingRefused) as refused:
        name = _NAMES.get(refused.field, refused.field)
        errors = [FieldError(name, str(refused))] if name else []
        raise Problem(422, str(refused), errors=errors) from refused
    except ImportRefused as refused:
        errors = [
            FieldError(each.field if one else _place_of(each, rows), each.message) for each in refused.errors
        ]
        detail = refused.errors[0].message if one else _first(refused)
        raise Problem(422, detail, errors=errors) from refused
    except PsaError as error:
        raise psa_problem(error) from error


def psa_problem(error: PsaError) -> Problem:
    """424: not our defect, and not the caller's mistake: what was asked for needs BMS."""
    told = problem_of(error)
    headers = {}
    if isinstance(error, RateLimited) and error.retry_at is not None:
        headers["Retry-After"] = error.retry_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return Problem(424, told["cause"], told["status"], told["fix"], headers=headers)


def _place_of(error: RowError, rows: str) -> str:
    if error.row is None:
        return error.field or rows or "file"
    place = f"{rows}.{error.row - 1}" if rows else f"row {error.row}"
    return f"{place}.{error.field}" if error.field else place


def _first(refused: ImportRefused) -> str:
    more = len(refused.errors) - 1 + refused.more
    first = str(refused.errors[0])
    return f"{first} And {more:,} more." if more else first
