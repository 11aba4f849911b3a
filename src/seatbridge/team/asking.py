"""One form, one effect: pressed twice, or sent from two tabs at once, it makes one thing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from seatbridge.partners.models import ApiToken, Invitation


class AskedBefore(Exception):
    """The same form was sent before, and did its work."""


@contextmanager
def once(model: type[ApiToken | Invitation], asked: str | None) -> Iterator[None]:
    """Inside a transaction that ends with this block."""
    if asked and model.objects.filter(asked=asked).exists():
        raise AskedBefore
    try:
        yield
    except IntegrityError as error:
        if asked and "asked" in str(error):
            raise AskedBefore from error
        raise
