"""Change rules, of the integration or of one company: checked, compared, saved, told to the ledger.

The page, the command and the REST API (`GET|PUT /integrations/{id}/rules`) call these two functions:

- `read_rules(integration)` gives `RulesRead`: `own` is a typed `reconcile.rules.Rules`, `companies` the same
  by company ref, `changed` what is kept as text, and `texts_of(company)` every rule as text.
- `change_rules(integration, changes, actor, at, company=ref)` takes what is to change, by rule name: text as
  a person types it ("40", "49.50", "write"), a number, or None for "back to the default". Names that are left
  out stay. It answers with the RulesRead that is then in force.

A share is in percent ("40" is 40 %), money in the integration's currency, a policy by its word. Which rules
there are, their bounds and defaults: `rule_book.BOOK`. Limits of a run are the integration's alone.
"""

from datetime import datetime

from django.db import transaction

from seatbridge.integrations.models import Integration
from seatbridge.integrations.reading_rules import read_rules
from seatbridge.integrations.rule_sets import OWN, Changes, RulesRead, try_rules
from seatbridge.ledger.writing import append


def change_rules(
    integration: Integration, changes: Changes, actor: str, at: datetime, *, company: str = OWN
) -> RulesRead:
    """`company`: the ref of one that the caller has found. Raises RulesRefused, and then changes nothing.

    No entry where nothing differs. A run that is under way goes on by the rules that it was planned by.
    """
    with transaction.atomic():
        row = Integration.objects.select_for_update().get(pk=integration.pk)
        before = read_rules(row)
        after = try_rules(before, changes, company)
        old, new = before.texts_of(company), after.texts_of(company)
        kept, wanted = before.changed_of(company), after.changed_of(company)
        integration.rules = row.rules
        if kept == wanted:
            return after
        integration.rules = {each: dict(texts) for each, texts in after.changed.items()}
        integration.save(update_fields=["rules"])
        moved = [name for name in new if kept.get(name) != wanted.get(name)]
        append(
            integration.partner_id,
            "integration.rules-set",
            actor=actor,
            data={
                **({"company": company} if company else {}),
                "old": {name: old[name] for name in moved},
                "new": {name: new[name] for name in moved},
            },
            integration_id=integration.pk,
            at=at,
        )
    return after
