"""The rules in force: the integration's own, and those of companies that differ from them."""

from seatbridge.integrations.models import Integration, Rule
from seatbridge.integrations.rule_book import BOOK
from seatbridge.integrations.rule_sets import RulesRead, resolved


def read_rules(integration: Integration) -> RulesRead:
    """One query. A value that a later release wrote and this one does not know is left at its preset."""
    changed: dict[str, dict[str, str]] = {}
    rows = Rule.objects.filter(integration=integration).values_list("company", "name", "value")
    for company, name, value in rows:
        if name in BOOK:
            changed.setdefault(company, {})[name] = value
    return resolved(changed)
