"""The one gate: who asks, for which partner, and what they may see and do. Foreign rows are 404."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from seatbridge.partners.models import ApiToken, Member, Partner
from seatbridge.partners.owning import path_to_partner
from seatbridge.partners.roles import Right, Role, may
from seatbridge.partners.tokens import read_token
from seatbridge.users.models import User

Row = TypeVar("Row", bound=Model)
CHOSEN = "partner"  # the session's key for a person who belongs to several partners


class NotAMember(PermissionDenied):
    """Signed in, and no partner's member."""


@dataclass(frozen=True, slots=True)
class Access:
    """One partner, seen by one person or one program."""

    partner: Partner
    role: Role
    actor: str  # what the ledger keeps
    user: User | None = None
    token: ApiToken | None = None
    places: int = 1  # how many partners this person belongs to

    def may(self, right: Right) -> bool:
        return may(self.role, right)

    def scoped(self, rows: QuerySet[Row] | type[Row]) -> QuerySet[Row]:
        """The partner's own rows of a model, or of a queryset."""
        found: QuerySet[Row] = rows if isinstance(rows, QuerySet) else rows._default_manager.all()  # noqa: SLF001
        return found.filter(**{path_to_partner(found.model): self.partner})

    def one(self, rows: QuerySet[Row] | type[Row], **by: Any) -> Row:
        """The row of the partner, or Http404: also where it exists and is somebody else's."""
        if any(isinstance(value, str) and "\0" in value for value in by.values()):
            raise Http404  # PostgreSQL cannot even look for it
        row = self.scoped(rows).filter(**by).first()
        if row is None:
            raise Http404
        return row


def require(request: HttpRequest, right: Right) -> Access:
    """The access of who is signed in. Raises PermissionDenied; a stranger never gets here (web.sign_in)."""
    access = access_of(request)
    if not access.may(right):
        raise PermissionDenied
    return access


def access_of(request: HttpRequest) -> Access:
    """Read once per request. Raises NotAMember."""
    known = getattr(request, "seatbridge_access", None)
    if isinstance(known, Access):
        return known
    access = _access_of_user(request)
    request.seatbridge_access = access  # type: ignore[attr-defined]
    return access


def _access_of_user(request: HttpRequest) -> Access:
    user = getattr(request, "user", None)  # an early refusal comes before anybody was recognized
    if not isinstance(user, User):
        raise NotAMember
    places = places_of(user)
    if not places:
        raise NotAMember
    chosen = request.session.get(CHOSEN)
    place = next((each for each in places if each.partner_id == chosen), places[0])
    return Access(place.partner, Role(place.role), user.email, user=user, places=len(places))


def places_of(user: User) -> list[Member]:
    """Every partner that this person belongs to."""
    return list(Member.objects.select_related("partner").filter(user=user).order_by("pk"))


def choose(request: HttpRequest, partner_id: int) -> None:
    """From the next request on, this is the partner. Raises Http404 for one that is not theirs."""
    user = request.user
    if not isinstance(user, User) or all(place.partner_id != partner_id for place in places_of(user)):
        raise Http404
    request.session[CHOSEN] = partner_id


def access_of_token(text: str, now: datetime) -> Access | None:
    """None: unknown, revoked or expired, and nobody learns which."""
    token = read_token(text, now)
    if token is None:
        return None
    return Access(token.partner, Role(token.role), f"API token {token.name} ({token.prefix})", token=token)
