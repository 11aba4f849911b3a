import pytest

from seatbridge.usage.columns import match_columns
from seatbridge.usage.refusals import ImportRefused


@pytest.mark.parametrize(
    ("kind", "header", "fields"),
    [
        ("companies", ["Company Ref", "Company Name", "Seats"], ["ref", "name", "licenses_assigned"]),
        ("companies", ["CLIENT_ID", "client name", "E-mail domains"], ["ref", "name", "domains"]),
        ("users", ["Client ID", "User-ID", "E-Mail", "User Status"], ["company", "user", "email", "status"]),
        ("counts", ["customer id", "Plan", "# Users", "As of"], ["company", "product", "count", "as_of"]),
    ],
)
def test_people_s_own_names_for_columns_are_understood(
    kind: str, header: list[str], fields: list[str]
) -> None:
    places = match_columns(kind, header).places
    assert places == {field: index for index, field in enumerate(fields)}


def test_where_there_is_no_user_column_the_address_names_the_user() -> None:
    assert match_columns("users", ["company", "email", "status"]).places["user"] == 1


def test_a_missing_column_is_named_beside_what_was_found() -> None:
    with pytest.raises(ImportRefused, match=r"needs a column count. Found: 'company', 'product', 'cnt'"):
        match_columns("counts", ["company", "product", "cnt"])


def test_users_without_a_status_are_refused_for_they_would_all_be_billed() -> None:
    with pytest.raises(ImportRefused, match="needs a column status"):
        match_columns("users", ["company", "user"])


def test_two_columns_of_one_meaning_are_refused() -> None:
    with pytest.raises(ImportRefused, match="Two columns mean count: 'Seats' and 'count'"):
        match_columns("counts", ["company", "product", "Seats", "count"])


def test_columns_that_nothing_reads_are_remembered_by_name() -> None:
    assert match_columns("counts", ["company", "product", "count", "Notes", ""]).unknown == ("Notes",)
