"""What may be typed for a rule, how it is kept, and the sentences that carry it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from seatbridge.integrations.rule_book import BOOK, BadValue, text_of
from seatbridge.integrations.rule_sets import RulesRead, RulesRefused, resolved, try_rules
from seatbridge.integrations.rule_words import POLICIES, SENTENCES
from seatbridge.reconcile.rules import NAMES, PER_COMPANY, PRESETS


def test_every_rule_is_in_the_book_and_in_exactly_one_sentence() -> None:
    assert tuple(BOOK) == NAMES
    said = [name for sentence in SENTENCES for name in sentence.names]
    assert sorted(said) == sorted(NAMES)
    assert sum(sentence.on_top for sentence in SENTENCES) == 4
    for rule in BOOK.values():
        assert set(rule.choices) <= set(POLICIES)


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_as_text_reads_as_itself(name: str) -> None:
    assert BOOK[name].read(BOOK[name].default) == getattr(PRESETS, name)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("drop_share", " 40 % ", Decimal("0.40")),
        ("run_net_drop", "2.5", Decimal("0.025")),
        ("money_drop", "$1,250.50", Decimal("1250.50")),
        ("drop_units", " 7 ", 7),
        ("auto_approve_under", "", None),
        ("auto_approve_under", "never", None),
        ("auto_approve_under", "0", None),
        ("zero_policy", "write", "write"),
    ],
)
def test_what_people_type_is_understood(name: str, typed: str, value: object) -> None:
    assert BOOK[name].read(typed) == value


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("drop_share", "0"),
        ("drop_share", "101"),
        ("drop_share", "a half"),
        ("drop_share", "1e3"),
        ("drop_share", "\u0663"),
        ("drop_share", "<script>"),
        ("drop_units", "2.5"),
        ("drop_units", "-3"),
        ("drop_units", "\u00b2"),
        ("money_drop", "-1"),
        ("money_drop", "1.005"),
        ("money_drop", "NaN"),
        ("money_drop", "49,50"),
        ("auto_approve_under", "much"),
        ("zero_policy", "delete"),
        ("rise_after_days", "99999"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(name: str, typed: str) -> None:
    with pytest.raises(BadValue, match=r"Write|Choose"):
        BOOK[name].read(typed)


def test_percentages_are_kept_as_people_write_them() -> None:
    rules = replace(PRESETS, drop_share=Decimal("0.4"), run_net_drop=Decimal("0.025"), rise_share=Decimal(1))
    assert [text_of(rules, name) for name in ("drop_share", "run_net_drop", "rise_share")] == [
        "40",
        "2.5",
        "100",
    ]


def test_only_what_differs_is_kept() -> None:
    tried = try_rules(RulesRead(), {"drop_units": 3, "drop_share": "40"})
    assert tried.changed == {"": {"drop_share": "40"}}
    assert tried.own == replace(PRESETS, drop_share=Decimal("0.4"))
    assert try_rules(tried, {"drop_share": None}).changed == {}
    assert try_rules(tried, {"drop_share": "50"}).changed == {}


def test_a_company_keeps_what_differs_from_the_integration_and_follows_in_all_else() -> None:
    rules = resolved({"": {"drop_share": "40", "drop_units": "5"}})
    tried = try_rules(rules, {"drop_share": "40", "drop_units": "3"}, "northwind")
    assert tried.changed_of("northwind") == {"drop_units": "3"}
    assert tried.rules_of("northwind").drop_share == Decimal("0.4")
    assert tried.rules_of("contoso").drop_units == 5
    later = try_rules(tried, {"drop_share": "60"})
    assert later.rules_of("northwind").drop_share == Decimal("0.6")
    assert later.rules_of("northwind").drop_units == 3


def test_every_fault_is_named_with_its_rule() -> None:
    with pytest.raises(RulesRefused) as refused:
        try_rules(RulesRead(), {"drop_share": "x", "drop_units": "7", "no_such": 1})
    assert set(refused.value.problems) == {"drop_share", "no_such"}
    with pytest.raises(RulesRefused, match="run as a whole"):
        try_rules(RulesRead(), {"run_min_units": 3}, "northwind")


def test_the_limits_of_a_run_are_no_companys() -> None:
    assert {name for name in NAMES if name.startswith("run_")} == set(NAMES) - set(PER_COMPANY)
