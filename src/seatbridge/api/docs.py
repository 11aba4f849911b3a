"""The operations as a page for people, made of the document that programs read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from seatbridge.api.document import RESOURCES
from seatbridge.partners.access import NotAMember, access_of


@dataclass(frozen=True, slots=True)
class Line:
    method: str
    path: str
    summary: SafeString
    description: SafeString


def lines_by_tag(document: Mapping[str, Any]) -> list[tuple[str, list[Line]]]:
    found: dict[str, list[Line]] = {each.tag: [] for each in RESOURCES}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            line = Line(
                method.upper(), path, with_code(told["summary"]), with_code(told.get("description", ""))
            )
            found[told["tags"][0]].append(line)
    return list(found.items())


def with_code(text: str) -> SafeString:
    """What stands between backticks, as code."""
    pieces = enumerate(text.split("`"))
    return format_html_join(
        "",
        "{}",
        ((format_html("<code>{}</code>", piece) if place % 2 else piece,) for place, piece in pieces),
    )


def page(make_document: Callable[[], Mapping[str, Any]]) -> Any:
    """The view that shows it: to members with the rail, and to everybody else bare.

    The document is made when it is first asked for: it is megabytes, and most portals are never asked.
    """
    document_once = cache(make_document)

    @require_safe
    def show(request: HttpRequest) -> HttpResponse:
        document = document_once()
        context = {
            "layout": "base.html" if _is_member(request) else "bare.html",
            "section": "team",
            "intro": [with_code(text) for text in document["info"]["description"].strip().split("\n\n")],
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
