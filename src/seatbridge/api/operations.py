"""How an operation is declared: its path, who may, what it takes, and every answer that it can give."""

import functools
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router
from ninja.params.functions import Path

from seatbridge.api.bearer import Token, caller_of
from seatbridge.api.bodies import CSV, JSON_BYTES, read_body, received_csv
from seatbridge.api.calls import LOADERS, Call, load
from seatbridge.api.problems import Problem, answer
from seatbridge.api.repeating import once
from seatbridge.api.schemas.problem import ProblemDocument
from seatbridge.partners.roles import Right

View = TypeVar("View", bound=Callable[..., Any])
Run = Callable[..., HttpResponseBase]
SAFE = "GET"


@dataclass(frozen=True, slots=True)
class Rule:
    """`media_type` of the body that is read; empty: none is. `most`: its bytes."""

    right: Right
    method: str
    media_type: str
    most: int

    @property
    def is_unsafe(self) -> bool:
        return self.method != SAFE


@dataclass(frozen=True, slots=True)
class Resource:
    """Operations on one thing."""

    router: Router
    tag: str

    def operation(
        self,
        method: str,
        path: str,
        answers: Mapping[int, Any] | Any,
        *,
        right: Right = Right.VIEW,
        body: str = "",
        most: int = JSON_BYTES,
        problems: tuple[int, ...] = (),
    ) -> Callable[[View], View]:
        """`answers`: schema by status, or of 200. `body`: its media type. `problems`: those of its own."""
        rule = Rule(right, method, body, most)
        good = answers if isinstance(answers, dict) else {200: answers}

        def declare(view: View) -> View:
            subjects = [name for name in LOADERS if f"{name}}}" in path]
            known = _without_subjects(view, subjects)
            known._ninja_contribute_to_operation = [_called(rule)]  # type: ignore[attr-defined]  # noqa: SLF001
            bad = sorted({*_problems_of(rule, path), *problems} - set(good))
            summary, _, description = (view.__doc__ or "").strip().partition("\n")
            known.__doc__ = (
                None  # it would be taken for a description that is empty, and say the summary twice
            )
            self.router.api_operation(
                [method],
                path,
                auth=Token(),
                response={**good, **dict.fromkeys(bad, ProblemDocument)},
                operation_id=view.__name__,
                summary=summary.rstrip("."),
                description="\n".join(line.strip() for line in description.strip().splitlines()),
                tags=[self.tag],
            )(known)
            return view

        return declare


def resource(tag: str) -> Resource:
    return Resource(Router(), tag)


def _problems_of(rule: Rule, path: str) -> set[int]:
    found = {400, 401, 422, 500}  # 400 also of an address that is too long
    if rule.right is not Right.VIEW:
        found.add(403)
    if "{" in path:
        found.add(404)
    if rule.media_type:
        found |= {413, 415}
    if rule.is_unsafe:
        found.add(409)
    return found


def _without_subjects(view: Callable[..., Any], subjects: list[str]) -> Callable[..., Any]:
    """The ids of the path are read before the view is called, and stand in the document all the same."""

    @functools.wraps(view)
    def known(request: HttpRequest, **values: Any) -> Any:
        return view(request, **{name: value for name, value in values.items() if name not in subjects})

    kinds = {"company_ref": (str, Path(...))}
    number = (int, Path(..., ge=1, lt=10**18))
    known._ninja_contribute_args = [(name, *kinds.get(name, number)) for name in subjects]  # type: ignore[attr-defined]  # noqa: SLF001
    return known


def _called(rule: Rule) -> Callable[[Any], None]:
    def contribute(operation: Any) -> None:
        operation.run = _around(operation.run, rule)
        operation._run_decorators = [functools.partial(_around, rule=rule)]  # noqa: SLF001 - how ninja copies it
        operation.rule = rule

    return contribute


def _around(run: Run, rule: Rule) -> Run:
    @functools.wraps(run)
    def answered(request: HttpRequest, **path: str) -> HttpResponseBase:
        try:
            with ExitStack() as stack:
                return _carry_out(cast(Call, request), path, rule, run, stack)
        except Problem as problem:
            return answer(problem)
        except Http404:
            return answer(Problem(404))

    return answered


def _carry_out(
    call: Call, path: Mapping[str, str], rule: Rule, run: Run, stack: ExitStack
) -> HttpResponseBase:
    """1 who calls  2 what it is about, so that a stranger's row is not there  3 may they
    4 read the body  5 the same call before? else  6 check what was sent, and do it.
    """
    call.access = caller_of(call)
    load(call, path)
    if not call.access.may(rule.right):
        raise Problem(403)
    if rule.media_type == CSV:
        call.csv = stack.enter_context(received_csv(call))
    elif rule.media_type:
        read_body(call, rule.media_type, rule.most)
    if not rule.is_unsafe:
        return run(call, **path)
    return once(call, lambda: run(call, **path))
