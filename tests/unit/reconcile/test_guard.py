"""One MSP's bad file is its own affair; the same fault at many of them is ours."""

import pytest

from seatbridge.reconcile.guard import is_epidemic


@pytest.mark.parametrize(
    ("ran", "stopped", "epidemic"),
    [
        (0, 0, False),
        (4, 4, False),  # all of them, and still too few to tell
        (5, 5, True),
        (99, 5, True),
        (100, 5, False),  # exactly 5 %
        (100, 6, True),
        (4000, 200, False),
        (4000, 201, True),
    ],
)
def test_more_than_5_percent_of_the_partners_and_at_least_five(
    ran: int, stopped: int, *, epidemic: bool
) -> None:
    assert is_epidemic(ran, stopped) is epidemic
