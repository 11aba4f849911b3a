import pytest

from seatbridge.mappings.matching import (
    BUT_FOR_FORM,
    BUT_FOR_SPACES,
    DOMAIN,
    FORMER,
    LEAST_ALIKE,
    MOST_ALIKE,
    SAME,
    Accounts,
    Match,
    Named,
)

ACCOUNTS = Accounts(
    [
        Named(1, "Northwind", is_active=True),
        Named(2, "Contoso, Inc.", is_active=True),
        Named(3, "Juniper Homecare, Inc.", is_active=True),
        Named(4, "Twins", is_active=True),
        Named(5, "Twins", is_active=True),
        Named(6, "Fabrikam", is_active=False),
        Named(7, "Ironbridge Constr. Inc.", is_active=True),
        Named(8, "Retired", is_active=False),
        Named(9, "Retired", is_active=True),
        Named(10, "…", is_active=True),
    ]
)


def best(name: str, *domains: str, former: int | None = None) -> tuple[int, int] | None:
    match = ACCOUNTS.best(name, domains, former)
    return None if match is None else (match.account.id, match.score)


@pytest.mark.parametrize(
    ("name", "domains", "expected"),
    [
        ("Northwind", (), (1, SAME)),
        ("northwind", (), (1, SAME)),
        ("Contoso", (), (2, BUT_FOR_FORM)),
        ("Juniper Home Care", (), (3, BUT_FOR_SPACES)),
        ("Elders at Home", ("gmail.com", "juniperhomecare.com"), (3, DOMAIN)),
        ("Entirely Different", ("different.test",), None),
        ("!!!", (), None),
    ],
)
def test_a_name_or_a_domain_points_to_an_account(
    name: str, domains: tuple[str, ...], expected: tuple[int, int] | None
) -> None:
    assert best(name, *domains) == expected


def test_similar_letters_never_say_more_than_that() -> None:
    found = best("Ironbridge Construction")
    assert found is not None
    assert found[0] == 7
    assert LEAST_ALIKE <= found[1] <= MOST_ALIKE


def test_two_accounts_of_one_name_are_told_and_not_guessed() -> None:
    match = ACCOUNTS.best("Twins", (), None)
    assert isinstance(match, Match)
    assert not match.alone
    assert match.score == LEAST_ALIKE
    assert "2 accounts" in match.reason


def test_an_active_account_goes_before_an_inactive_one_of_the_same_name() -> None:
    assert best("Retired") == (9, SAME)


def test_an_inactive_account_is_found_and_says_so_itself() -> None:
    match = ACCOUNTS.best("Fabrikam", (), None)
    assert match is not None
    assert not match.account.is_active


def test_a_former_choice_goes_before_likeness_and_after_the_same_name() -> None:
    assert best("Entirely Different", former=1) == (1, FORMER)
    assert best("Northwind", former=2) == (1, SAME)
    assert best("Entirely Different", former=99) is None
