import pytest

from seatbridge.mappings.names import label_of, name_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Northwind, Inc.", "NORTHWIND LLC"),
        ("The Alder Group", "alder group ltd."),
        ("Söhne GmbH & Co. KG", "Sohne GmbH and Co KG"),
        ("Fabrikam L.L.C.", "Fabrikam"),
        ("O'Neill Dental", "ONeill Dental, P.C."),
    ],
)
def test_names_that_differ_in_spelling_and_legal_form_alone_are_bare_alike(one: str, other: str) -> None:
    assert name_of(one).bare == name_of(other).bare


def test_a_name_that_is_nothing_but_a_legal_form_keeps_it() -> None:
    assert name_of("The Company").bare == "company"
    assert name_of("Co").bare == "co"


def test_spaces_alone_make_no_other_name() -> None:
    assert name_of("Juniper Home Care").solid == name_of("Juniper Homecare, Inc.").solid


def test_signs_alone_are_no_name() -> None:
    assert name_of("…!?").solid == ""


@pytest.mark.parametrize(
    ("domain", "label"),
    [
        ("northwind.test", "northwind"),
        ("mail.northwind-it.co.uk", "northwindit"),
        ("northwind.onmicrosoft.com", ""),
        ("gmail.com", ""),
        ("localhost", ""),
        ("", ""),
    ],
)
def test_the_label_of_a_domain_is_what_its_owner_chose(domain: str, label: str) -> None:
    assert label_of(domain) == label
