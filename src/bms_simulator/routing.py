"""Which vendor path is which endpoint. Handlers register under their method and path template."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bms_simulator.records import User
from bms_simulator.state import State
from bms_simulator.wire import RefusedError, Request, read_json


@dataclass(frozen=True, slots=True)
class Call:
    """One signed-in call: the ids in its path, and the number of its write record where it writes."""

    request: Request
    ids: tuple[int, ...]
    user: User | None = None
    seq: int = 0
    job_fails: bool = False
    passed_over: frozenset[int] | None = None

    def json(self) -> Any:
        return read_json(self.request)

    def query(self) -> Mapping[str, str]:
        """Query fields with names in lower case and without the prefix `filter.`."""
        return {name.lower().removeprefix("filter."): value for name, value in self.request.query.items()}


@dataclass(frozen=True, slots=True)
class Reply:
    """A result, with the total where the endpoint's published answer carries TotalRecords."""

    result: Any
    total: int | None = None


Handler = Callable[[State, Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """`right` is what the user needs; empty: any signed-in user; None: nobody needs to be signed in."""

    method: str
    template: str
    right: str | None
    handler: Handler
    writes: bool = False

    @property
    def endpoint(self) -> str:
        return f"{self.method} {self.template}"


class Router:
    def __init__(self, routes: tuple[Route, ...]) -> None:
        self.endpoints = frozenset(route.endpoint for route in routes)
        self._exact = {
            (route.method, route.template.lower()): route for route in routes if "{" not in route.template
        }
        self._patterns = [
            (re.compile(re.sub(r"\{\w+\}", r"(\\d+)", route.template.lower())), route)
            for route in routes
            if "{" in route.template
        ]

    def find(self, method: str, path: str) -> tuple[Route, tuple[int, ...]] | None:
        """The route and the ids in the path; None where the vendor has nothing."""
        wanted = path.lower().rstrip("/")
        exact = self._exact.get((method, wanted))
        if exact is not None:
            return exact, ()
        for pattern, route in self._patterns:
            match = pattern.fullmatch(wanted)
            if match and route.method == method:
                return route, tuple(int(number) for number in match.groups())
        return None


def filter_of(asked: dict[str, Any]) -> dict[str, Any]:
    """The fields of a body's Filter that are not null."""
    wanted = require_object(asked.get("filter") or {})
    return {name: value for name, value in wanted.items() if value is not None}


def require_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise RefusedError(400, "The request body must be an object.", status=400)
    return value
