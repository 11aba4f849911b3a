"""The rules in force: the integration's own, and those of companies that differ from them."""

from seatbridge.integrations.models import Integration
from seatbridge.integrations.rule_book import BOOK
from seatbridge.integrations.rule_sets import RulesRead, resolved


def read_rules(integration: Integration) -> RulesRead:
    """No query: they are taken as loaded. A rule of a later release, unknown to this one, is passed over."""
    kept = integration.rules or {}
    return resolved(
        {
            company: {name: text for name, text in texts.items() if name in BOOK}
            for company, texts in kept.items()
        }
    )
