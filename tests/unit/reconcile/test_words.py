"""How a price is spelled in sentences for people."""

from decimal import Decimal

import pytest

from seatbridge.reconcile.words import price_words


@pytest.mark.parametrize(
    ("price", "said"),
    [("6.600000", "6.60"), ("5", "5.00"), ("9.0", "9.00"), ("0", "0.00"), ("1E+3", "1,000.00")],
)
def test_a_price_is_said_in_cents_however_it_was_kept(price: str, said: str) -> None:
    assert price_words(Decimal(price)) == said


def test_parts_of_a_cent_are_said_since_two_prices_may_differ_by_them_alone() -> None:
    assert [price_words(Decimal(price)) for price in ("0.0125", "6.605000")] == ["0.0125", "6.605"]
