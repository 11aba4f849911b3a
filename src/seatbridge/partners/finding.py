"""Partners by what a person types."""

from django.core.exceptions import ObjectDoesNotExist

from seatbridge.partners.models import Partner


class NoSuchPartner(ObjectDoesNotExist):
    """Carries a sentence for the person who typed."""


def partner_named(name: str) -> Partner:
    partner = Partner.objects.filter(name=" ".join(name.split())).first()
    if partner is None:
        raise NoSuchPartner(f"There is no partner named {name}. Add it with: seatbridge partner add")
    return partner
