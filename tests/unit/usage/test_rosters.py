from datetime import date

from seatbridge.reconcile.rules import BILLABLE, CountPolicy
from seatbridge.usage.rosters import Group, roster_of


def group(status: str, users: int, product: str = "", *, nfr: bool = False, earliest: str = "") -> Group:
    return Group(product, status, nfr, users, earliest)


def test_active_and_invited_are_counted_and_the_others_are_said_apart() -> None:
    roster = roster_of(
        "standard",
        [
            group("active", 14),
            group("invited", 2),
            group("disabled", 1),
            group("pending-approval", 3),
            group("deleted", 9),
        ],
    )
    assert roster.value("standard") == 16
    assert roster.detail("standard") == "14 active, 2 invited; 3 pending approval, 1 disabled not counted"


def test_users_not_for_resale_are_never_counted() -> None:
    roster = roster_of("advanced", [group("active", 5, nfr=True), group("invited", 7, nfr=True)])
    assert roster.value("advanced") == 0
    assert roster.detail("advanced") == "no active or invited users; 12 NFR not counted"


def test_a_user_s_own_product_comes_before_the_company_s_level() -> None:
    roster = roster_of("standard", [group("active", 3), group("active", 2, "advanced")])
    assert (roster.value("standard"), roster.value("advanced")) == (3, 2)


def test_a_product_without_any_user_is_a_real_zero() -> None:
    roster = roster_of("standard", [group("active", 3)])
    assert (roster.value("advanced"), roster.detail("advanced")) == (0, "no active or invited users")


def test_billable_users_without_any_product_are_known_to_be_lost() -> None:
    assert roster_of("", [group("active", 3), group("disabled", 1)]).without_product == 3
    assert roster_of("", [group("active", 3, "standard")]).without_product == 0


def test_the_earliest_day_is_that_of_anyone_ever_on_the_roster() -> None:
    roster = roster_of(
        "standard", [group("active", 1, earliest="2026-03-01"), group("deleted", 1, earliest="2025-12-31")]
    )
    assert roster.earliest == date(2025, 12, 31)
    assert roster_of("standard", []).earliest is None


def test_who_counts_can_be_set_and_who_does_not_is_still_said() -> None:
    groups = [group("active", 14), group("invited", 2), group("disabled", 1), group("pending-approval", 3)]
    fewer = roster_of("standard", groups, BILLABLE[CountPolicy.ACTIVE])
    assert fewer.value("standard") == 14
    assert fewer.detail("standard") == "14 active; 3 pending approval, 2 invited, 1 disabled not counted"
    more = roster_of("standard", groups, BILLABLE[CountPolicy.WITH_DISABLED])
    assert more.value("standard") == 17
    assert more.detail("standard") == "14 active, 2 invited, 1 disabled; 3 pending approval not counted"


def test_a_disabled_user_not_for_resale_is_not_counted_with_the_disabled() -> None:
    groups = [group("active", 14), group("disabled", 5, nfr=True)]
    assert roster_of("standard", groups, BILLABLE[CountPolicy.WITH_DISABLED]).value("standard") == 14
