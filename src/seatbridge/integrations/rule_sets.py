"""A set of rules: what is kept of it, what is in force by it, what it would be with a change. No query."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from seatbridge.integrations.rule_book import BOOK, BadValue, text_of
from seatbridge.reconcile.rules import PRESETS, Rules

OWN = ""  # in place of a company: the integration itself
Texts = Mapping[str, str]  # rule name -> its value as kept
Changes = Mapping[str, str | int | Decimal | None]


@dataclass(frozen=True, slots=True)
class RulesRead:
    """`changed`: what is kept, by company ref ("" is the integration): only what differs.

    `own` and `companies` are whole: no one has to look a rule up twice.
    """

    changed: Mapping[str, Texts] = field(default_factory=dict)
    own: Rules = PRESETS
    companies: Mapping[str, Rules] = field(default_factory=dict)

    def rules_of(self, company: str = OWN) -> Rules:
        return self.companies.get(company, self.own)

    def changed_of(self, company: str = OWN) -> Texts:
        return self.changed.get(company, {})

    def texts_of(self, company: str = OWN) -> dict[str, str]:
        rules = self.rules_of(company)
        return {name: text_of(rules, name) for name in BOOK if company == OWN or BOOK[name].per_company}

    def base_of(self, company: str, name: str) -> str:
        """What the rule falls back to: the preset, or for a company what the integration has."""
        return BOOK[name].default if company == OWN else text_of(self.own, name)

    def changed_to(self, company: str, texts: Texts) -> "RulesRead":
        """With these kept for the company instead, nothing saved."""
        return resolved({**self.changed, company: texts})


def resolved(changed: Mapping[str, Texts]) -> RulesRead:
    kept = {company: texts for company, texts in changed.items() if texts}
    own = _with(PRESETS, kept.get(OWN, {}))
    companies = {company: _with(own, texts) for company, texts in kept.items() if company != OWN}
    return RulesRead(kept, own, companies)


def _with(rules: Rules, texts: Texts) -> Rules:
    values = {name: BOOK[name].read(text) for name, text in texts.items()}
    return replace(rules, **values)  # type: ignore[arg-type]


class RulesRefused(ValueError):
    """Nothing was changed. `problems`: rule name -> what is wrong with its value, as a sentence."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(f"{name}: {problem}" for name, problem in problems.items()))
        self.problems = dict(problems)


def try_rules(rules: RulesRead, changes: Changes, company: str = OWN) -> RulesRead:
    """The rules as they would be; nothing is saved. Raises RulesRefused."""
    kept = dict(rules.changed_of(company))
    problems: dict[str, str] = {}
    for name, value in changes.items():
        rule = BOOK.get(name)
        if rule is None:
            problems[name] = f"There is no such rule. There are {', '.join(BOOK)}."
        elif company != OWN and not rule.per_company:
            problems[name] = "It speaks of a run as a whole, so it cannot be set for one company."
        elif value is None:
            kept.pop(name, None)
        else:
            try:
                text = rule.write(rule.read(str(value)))
            except BadValue as bad:
                problems[name] = str(bad)
                continue
            # Only what differs is kept: who follows the preset follows it also when a release moves it.
            if text == rules.base_of(company, name):
                kept.pop(name, None)
            else:
                kept[name] = text
    if problems:
        raise RulesRefused(problems)
    return rules.changed_to(company, kept)
