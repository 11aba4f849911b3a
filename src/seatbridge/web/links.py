"""Links to pages of other areas, as far as this program has them."""

from functools import cache
from urllib.parse import quote

from django.urls import NoReverseMatch, reverse
from django.utils.http import RFC3986_SUBDELIMS

UNQUOTED = RFC3986_SUBDELIMS + "/~:@"  # as `reverse` has it


def link(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def company_url(ref: str) -> str:
    """Of a company's page. Without `reverse`, which a list would call for every row."""
    return _before_ref() + quote(ref, safe=UNQUOTED)


@cache
def _before_ref() -> str:
    return reverse("company", args=["-"]).removesuffix("-")
