"""Times, sums and names as a billing person reads them, wherever they come from."""

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from seatbridge.reconcile.facts import BmsReading
from seatbridge.web.history.entry_words import _of_verdict
from seatbridge.web.team.audit_words import _value
from seatbridge.web.templatetags.show import billing_moment, moment


def test_the_next_sync_is_told_by_the_billing_clock() -> None:
    tomorrow = timezone.now() - timedelta(days=1)
    with override_settings(DATE_OFFSET_DAYS=-2):
        assert ">tomorrow " in billing_moment(tomorrow)
        assert ">yesterday " in moment(tomorrow)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("2031-03-01", "Sat 1 Mar 2031"),
        ("2031-12-25T16:49:54.626670+00:00", "Thu 25 Dec 2031 16:49 UTC"),
        ("2031-99-99", "2031-99-99"),
        ("2031-03-01 and more", "2031-03-01 and more"),
    ],
)
def test_the_audit_trail_spells_dates_as_every_page_does(kept: str, shown: str) -> None:
    assert _value(kept) == shown


def test_what_was_learned_of_bms_is_a_sentence() -> None:
    assert _of_verdict("verdict.ahead", {"ahead_is": "kept", "units": 17}) == (
        "today's units stay as they are until the day",
    )
    (words,) = _of_verdict("verdict.reached", {"reading": BmsReading.ADJUSTS.value, "why": ""})
    assert words.startswith("Your BMS adjusts")
