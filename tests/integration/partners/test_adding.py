import pytest

from seatbridge.partners.adding import PartnerRefused, add_partner
from seatbridge.partners.finding import NoSuchPartner, partner_named

pytestmark = pytest.mark.django_db


def test_a_partner_is_found_by_the_name_that_was_typed() -> None:
    partner = add_partner("  Northgate   IT ", "America/New_York")
    assert partner_named("Northgate IT") == partner


def test_an_unknown_time_zone_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(PartnerRefused, match="did you mean America/New_York"):
        add_partner("Northgate IT", "America/NewYork")


def test_a_second_partner_of_the_same_name_is_refused() -> None:
    add_partner("Northgate IT", "UTC")
    with pytest.raises(PartnerRefused, match="already"):
        add_partner("Northgate IT", "UTC")


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_name_must_say_something_and_fit(name: str) -> None:
    with pytest.raises(PartnerRefused):
        add_partner(name, "UTC")


def test_an_unknown_partner_is_answered_with_the_command_that_adds_one() -> None:
    with pytest.raises(NoSuchPartner, match="partner add"):
        partner_named("Contoso")
