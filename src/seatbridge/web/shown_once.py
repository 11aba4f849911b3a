"""A secret from the form that made it to the page that shows it: sealed in the session, gone once shown."""

from django.conf import settings
from django.http import HttpRequest

from seatbridge.kit.sealed import Place, Seal, SealBroken
from seatbridge.kit.secret import Secret
from seatbridge.partners.access import Access

_KEY = "shown once"


def put(request: HttpRequest, access: Access, what: str, secret: Secret) -> None:
    request.session[f"{_KEY}: {what}"] = _seal().seal(secret, _place(access, what))


def take(request: HttpRequest, access: Access, what: str) -> Secret | None:
    """None where it was shown before, or belongs to somebody else."""
    sealed = request.session.pop(f"{_KEY}: {what}", None)
    if sealed is None:
        return None
    try:
        return _seal().open(sealed, _place(access, what))
    except SealBroken:
        return None


def _place(access: Access, what: str) -> Place:
    return Place(access.partner.pk, 0, what)


def _seal() -> Seal:
    seal = settings.SEAL
    if not isinstance(seal, Seal):
        raise TypeError("The seal keys are not set: call config.start.start first.")
    return seal
