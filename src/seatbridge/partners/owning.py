"""How a row leads to the partner that owns it."""

from collections import deque
from functools import cache

from django.db.models import ForeignKey, Model

from seatbridge.partners.models import Partner


class OwnedByNobody(TypeError):
    """A model that no partner owns: it has no place on a partner's page."""


@cache
def path_to_partner(model: type[Model]) -> str:
    """The lookup of the shortest way over required foreign keys, such as `run__integration__partner`."""
    if model is Partner:
        return "pk"
    ways: deque[tuple[type[Model], tuple[str, ...]]] = deque([(model, ())])
    seen: set[type[Model]] = set()
    while ways:
        here, path = ways.popleft()
        seen.add(here)
        for field in here._meta.concrete_fields:  # noqa: SLF001 - Django's own documented way
            if not isinstance(field, ForeignKey) or field.null:
                continue
            target = field.remote_field.model
            if target is Partner:
                return "__".join((*path, field.name))
            if target not in seen:
                ways.append((target, (*path, field.name)))
    raise OwnedByNobody(f"{model.__name__} has no way to a partner.")
