"""Links to pages of other areas, as far as this program has them."""

from django.urls import NoReverseMatch, reverse


def link(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
