"""An invoice's lines against what was due: named where it is known, "cannot tell" where it is not."""

from decimal import Decimal

import pytest

from seatbridge.psa.records import InvoiceLine
from seatbridge.reconcile.invoice_check import Due, Invoicing, compare

PRICE = Decimal("5.00")
THREE_WEEKS = Due(14, 21, 30)  # of a month of 30 days: 3.50 each, 49.00 together


def line(quantity: str, price: str, total: str) -> InvoiceLine:
    return InvoiceLine(1, 7001, "Standard", Decimal(quantity), Decimal(price), Decimal(total), None)


def bills(quantity: int, price: Decimal = PRICE) -> InvoiceLine:
    return line(str(quantity), str(price), str(quantity * price))


@pytest.mark.parametrize(
    "written",
    [
        line("14", "3.50", "49.00"),
        line("14", "3.5000", "49.00"),
        line("9.8", "5.00", "49.00"),  # a share of the users
        line("0.7", "70.00", "49.00"),  # a share of the month
        line("1", "49.00", "49.00"),
        line("14", "3.33", "46.62"),  # cut by other days
        line("14", "5.00", "70.00"),  # not cut at all
    ],
)
def test_a_cut_period_is_on_invoice_however_its_sum_is_split(written: InvoiceLine) -> None:
    found = compare([THREE_WEEKS], [written], PRICE)
    assert (found.invoicing, found.invoiced, found.prorations) == (Invoicing.ON_INVOICE, (14,), ())


def test_the_share_of_a_price_is_known_again_where_it_was_rounded() -> None:
    """14 at 4.75 for 17 of 30 days: 2.6917 each, 37.68 together."""
    found = compare([Due(14, 17, 30)], [line("14", "2.6917", "37.68")], Decimal("4.75"))
    assert found.invoicing is Invoicing.ON_INVOICE
    short = compare([Due(14, 17, 30)], [line("13", "2.69", "34.97")], Decimal("4.75"))
    assert (short.invoicing, short.invoiced, short.money) == (
        Invoicing.OTHER_QUANTITY, (13,), Decimal("-2.69"),
    )  # fmt: skip


def test_a_cut_period_that_is_billed_twice_is_named() -> None:
    found = compare([THREE_WEEKS], [line("14", "3.50", "49.00")] * 2, PRICE)
    assert (found.invoicing, found.invoiced, found.money) == (Invoicing.OTHER_QUANTITY, (14, 14), 49)


def test_a_change_within_a_cut_period_is_a_proration_beside_it() -> None:
    lines = [line("14", "3.50", "49.00"), line("1", "2.00", "2.00")]
    found = compare([THREE_WEEKS], lines, PRICE)
    assert (found.invoicing, found.invoiced, found.prorations) == (Invoicing.ON_INVOICE, (14,), (2,))


@pytest.mark.parametrize(
    "lines",
    [
        [line("7", "5.00", "35.00")],  # 7 users in full, or 10 users for three weeks?
        [line("1", "42.00", "42.00")],
        [line("8.4", "5.00", "42.00")],
        [line("13", "3.33", "43.29")],
        [line("14", "1.75", "24.50"), line("14", "1.80", "25.20")],
    ],
)
def test_how_many_users_another_sum_of_a_cut_period_bills_cannot_be_told(lines: list[InvoiceLine]) -> None:
    found = compare([THREE_WEEKS], lines, PRICE)
    assert (found.invoicing, found.money) == (Invoicing.CANNOT_TELL, 0)


def test_nothing_on_the_invoice_is_certain_for_a_cut_period_too() -> None:
    found = compare([THREE_WEEKS], [], PRICE)
    assert (found.invoicing, found.money) == (Invoicing.NOT_ON_INVOICE, -49)


def test_a_cut_week_stands_among_whole_ones() -> None:
    dues = [Due(14, 3, 7), Due(14), Due(15)]
    lines = [line("14", "2.1429", "30.00"), bills(14), bills(15)]
    assert compare(dues, lines, PRICE).invoicing is Invoicing.ON_INVOICE


def test_the_price_of_all_users_is_cut_as_well() -> None:
    found = compare([THREE_WEEKS], [line("1", "49.00", "49.00")], PRICE, carried=True)
    assert (found.invoicing, found.invoiced) == (Invoicing.ON_INVOICE, (14,))
    other = compare([THREE_WEEKS], [line("1", "45.50", "45.50")], PRICE, carried=True)
    assert other.invoicing is Invoicing.CANNOT_TELL


def test_a_proration_that_looks_like_a_whole_line_is_told_by_its_price() -> None:
    """One more from the 19th of 30 days: 1 x 2.00 is 2.00 to the cent."""
    found = compare([Due(14)], [bills(14), line("1", "2.00", "2.00")], PRICE)
    assert (found.invoicing, found.invoiced, found.prorations) == (Invoicing.ON_INVOICE, (14,), (2,))


def test_a_price_raised_since_is_no_other_quantity() -> None:
    assert compare([Due(14)], [bills(14)], Decimal("5.50")).invoicing is Invoicing.ON_INVOICE


@pytest.mark.parametrize("lines", [[], [bills(12)], [line("14", "1.67", "23.33")]])
def test_where_the_line_may_have_begun_within_the_period_only_agreement_is_told(
    lines: list[InvoiceLine],
) -> None:
    due = Due(14, sure=False)
    assert compare([due], lines, PRICE).invoicing is Invoicing.CANNOT_TELL
    assert compare([due], [bills(14)], PRICE).invoicing is Invoicing.ON_INVOICE
    assert compare([Due(None)], lines, PRICE).invoicing is Invoicing.CANNOT_TELL


def test_no_users_need_no_invoice() -> None:
    assert compare([Due(0)], [], PRICE).invoicing is Invoicing.ON_INVOICE
    assert compare([Due(0, 21, 30)], [bills(3)], PRICE).invoicing is Invoicing.OTHER_QUANTITY
