"""Rules are changed by one function: checked, compared, saved, and told to the ledger."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from seatbridge.integrations.changing_rules import change_rules
from seatbridge.integrations.models import Integration
from seatbridge.integrations.reading_rules import read_rules
from seatbridge.integrations.rule_sets import RulesRefused
from seatbridge.ledger.models import LedgerEntry
from seatbridge.reconcile.rules import PRESETS, ZeroPolicy

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ALICE = "alice@northgate.test"


def entries() -> list[dict[str, Any]]:
    rows = LedgerEntry.objects.filter(event="integration.rules-set").order_by("seq")
    return [json.loads(row.data) | {"by": row.actor, "at": row.at} for row in rows]


def kept() -> set[tuple[str, str, str]]:
    rules = Integration.objects.get().rules or {}
    return {(company, name, text) for company, texts in rules.items() for name, text in texts.items()}


def test_nothing_is_kept_until_somebody_changes_something(integration: Integration) -> None:
    assert read_rules(integration).own == PRESETS
    change_rules(integration, {"drop_share": "50", "zero_policy": "hold"}, ALICE, AT)
    assert kept() == set()
    assert entries() == []


def test_a_change_is_in_force_and_told_with_before_and_after(integration: Integration) -> None:
    found = change_rules(integration, {"drop_share": "70", "money_drop": Decimal(500)}, ALICE, AT)
    assert found == read_rules(integration)
    assert (found.own.drop_share, found.own.money_drop) == (Decimal("0.7"), Decimal(500))
    assert entries() == [
        {
            "old": {"drop_share": "50", "money_drop": "250.00"},
            "new": {"drop_share": "70", "money_drop": "500.00"},
            "by": ALICE,
            "at": AT,
        }
    ]


def test_back_to_the_default_keeps_nothing_and_is_told_too(integration: Integration) -> None:
    change_rules(integration, {"drop_share": "70", "drop_units": 9}, ALICE, AT)
    change_rules(integration, {"drop_share": None}, ALICE, AT)
    assert kept() == {("", "drop_units", "9")}
    assert entries()[-1]["new"] == {"drop_share": "50"}


def test_a_companys_own_rule_is_kept_beside_the_integrations(integration: Integration) -> None:
    change_rules(integration, {"drop_share": "70"}, ALICE, AT)
    found = change_rules(integration, {"zero_policy": "write"}, ALICE, AT, company="northwind")
    assert kept() == {("", "drop_share", "70"), ("northwind", "zero_policy", "write")}
    own = found.rules_of("northwind")
    assert (own.zero_policy, own.drop_share) == (ZeroPolicy.WRITE, Decimal("0.7"))
    assert found.rules_of("contoso") == found.own
    assert entries()[-1]["company"] == "northwind"


def test_one_bad_value_changes_nothing_at_all(integration: Integration) -> None:
    change_rules(integration, {"drop_units": 9}, ALICE, AT)
    with pytest.raises(RulesRefused) as refused:
        change_rules(integration, {"drop_units": 4, "drop_share": "most", "zero_policy": None}, ALICE, AT)
    assert refused.value.problems == {"drop_share": "Write a percentage from 1 to 100, such as 25 or 2.5."}
    assert kept() == {("", "drop_units", "9")}
    assert len(entries()) == 1


def test_a_rule_of_a_later_release_is_left_alone(integration: Integration) -> None:
    integration.rules = {"": {"moon_phase": "full"}}
    assert read_rules(integration).own == PRESETS
