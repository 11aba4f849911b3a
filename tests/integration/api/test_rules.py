"""Rules as programs read and set them."""

import pytest

from seatbridge.integrations.models import Integration
from seatbridge.integrations.rule_book import BOOK
from seatbridge.ledger.models import LedgerEntry
from tests.support.programs import Programs

pytestmark = pytest.mark.django_db


def test_rules_are_changed_and_put_back(call: Programs, here: str) -> None:
    path = f"{here}/rules"
    presets = call.bob.get(path)
    assert list(presets["rules"]) == list(BOOK)
    assert (presets["changed"], presets["write_method"]) == ([], "auto")
    wanted = {"rules": {"drop_share": 40, "money_drop": "99.50"}, "write_method": "replace"}
    set_ = call.alice.ok("PUT", path, wanted)
    assert set_["changed"] == ["drop_share", "money_drop"]
    assert (set_["rules"]["drop_share"], set_["rules"]["money_drop"]) == ("40", "99.50")
    assert call.bob.get(path) == {**set_, "notes": []}
    assert Integration.objects.get().chosen_method == "replace"
    back = call.alice.ok("PUT", path, {"rules": {"drop_share": None, "money_drop": None}})
    assert back["rules"] == presets["rules"]
    call.bill.refused(403, "PUT", path, wanted)


def test_a_company_has_rules_of_its_own(call: Programs, here: str) -> None:
    path = f"{here}/rules"
    own = call.alice.ok("PUT", f"{path}?company=northwind", {"rules": {"drop_units": 9}})
    assert (own["company"], own["rules"]["drop_units"], own["companies"]) == ("northwind", "9", ["northwind"])
    assert call.bob.get(path)["rules"]["drop_units"] == BOOK["drop_units"].default
    call.alice.refused(404, "PUT", f"{path}?company=nobody", {"rules": {"drop_units": 9}})
    method = {"write_method": "replace"}
    assert call.alice.refused(422, "PUT", f"{path}?company=northwind", method)["field"] == "write_method"


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"drop_share": "many"}, "rules.drop_share"),
        ({"drop_share": 101}, "rules.drop_share"),
        ({"money_drop": 2.555}, "rules.money_drop"),
        ({"no_such_rule": 1}, "rules.no_such_rule"),
    ],
)
def test_one_wrong_rule_refuses_all(call: Programs, here: str, rules: dict[str, object], field: str) -> None:
    body = {"rules": {"drop_units": 9, **rules}, "write_method": "replace"}
    assert call.alice.refused(422, "PUT", f"{here}/rules", body)["field"] == field
    assert call.bob.get(f"{here}/rules")["changed"] == []
    assert Integration.objects.get().chosen_method == "auto"
    assert not LedgerEntry.objects.filter(event__in=["integration.rules-set", "integration.write-method-set"])
