"""The operations as a page for people, made of the document that programs read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from seatbridge.api.document import RESOURCES
from seatbridge.partners.access import NotAMember, access_of


@dataclass(frozen=True, slots=True)
class Line:
    method: str
    path: str
    summary: str
    description: str


def lines_by_tag(document: Mapping[str, Any]) -> list[tuple[str, list[Line]]]:
    found: dict[str, list[Line]] = {each.tag: [] for each in RESOURCES}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            line = Line(method.upper(), path, told["summary"], told.get("description", ""))
            found[told["tags"][0]].append(line)
    return list(found.items())


def page(document: Mapping[str, Any]) -> Any:
    """The view that shows it: to members with the rail, and to everybody else bare."""

    @require_safe
    def show(request: HttpRequest) -> HttpResponse:
        context = {
            "layout": "base.html" if _is_member(request) else "bare.html",
            "section": "team",
            "intro": document["info"]["description"].strip().split("\n\n"),
            "tags": lines_by_tag(document),
        }
        return render(request, "api/docs.html", context)

    return show


def _is_member(request: HttpRequest) -> bool:
    try:
        access_of(request)
    except NotAMember:
        return False
    return True
