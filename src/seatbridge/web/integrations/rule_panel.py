"""Rules as sentences with fields in them: those of an integration, or of one company beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from seatbridge.integrations.models import Integration
from seatbridge.integrations.rule_book import BOOK, Rule
from seatbridge.integrations.rule_sets import OWN, RulesRead
from seatbridge.integrations.rule_words import ALWAYS, POLICIES, SENTENCES, RuleSentence
from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.effect import Effect
from seatbridge.web.integrations.effect_words import EffectShown, shown_effect
from seatbridge.web.wording import money_words

Held = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Field:
    """`choices`: words of a policy by its value; empty where a number is typed."""

    name: str
    label: str
    value: str
    words: str
    unit: str  # after the number: %, or a currency
    choices: tuple[tuple[str, str], ...]
    problem: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    field: Field | None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """`held`: lines that wait for it in the last plan; None: it holds no lines, or there is no plan."""

    title: str
    note: str
    sentences: tuple[tuple[Piece, ...], ...]
    names: str
    default: str
    is_changed: bool
    problems: tuple[str, ...]
    held: int | None


@dataclass(frozen=True, slots=True)
class RulesPanel:
    """`company`: the name of the one whose own rules these are; empty: the integration's."""

    top: tuple[RuleRow, ...]
    more: tuple[RuleRow, ...]
    company: str
    base: str  # what a row falls back to, in words
    effect: EffectShown | None
    tried: bool  # rules were typed, and are not saved yet
    mark: str
    always: tuple[str, ...]

    @property
    def more_open(self) -> bool:
        return any(row.problems for row in self.more)


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed and is shown again: texts by rule name, and what is wrong with them."""

    texts: Mapping[str, str]
    problems: Mapping[str, str]
    tried: RulesRead | None = None
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose rules a panel shows."""

    integration: Integration
    rules: RulesRead
    company: str = OWN
    name: str = ""


def rules_panel(subject: Subject, held: Held | None, typed: Typed | None = None) -> RulesPanel:
    company = subject.company
    texts = {**subject.rules.texts_of(company), **(typed.texts if typed else {})}
    rows = [
        (sentence, _row(subject, sentence, texts, typed, held))
        for sentence in SENTENCES
        if company == OWN or all(BOOK[name].per_company for name in sentence.names)
    ]
    tried = typed.tried if typed else None
    return RulesPanel(
        top=tuple(row for sentence, row in rows if sentence.on_top),
        more=tuple(row for sentence, row in rows if not sentence.on_top),
        company=subject.name,
        base="Default" if company == OWN else "All others",
        effect=shown_effect(typed.effect) if typed and typed.effect else None,
        tried=tried is not None,
        mark="" if tried is None else mark_of(subject.rules, tried, company),
        always=ALWAYS,
    )


def mark_of(rules: RulesRead, tried: RulesRead, company: str) -> str:
    """Of the very change that a person saw the effect of: from these rules to those."""
    seen = [sorted(each.changed_of(company).items()) for each in (rules, tried)]
    base = sorted(rules.changed_of().items())
    return sha256(repr((company, base, seen)).encode()).hexdigest()[:16]


def held_in(run: SyncRun | None) -> Held | None:
    """Lines by status, in the last plan."""
    return run.summary.get("by_status") if run is not None and run.summary else None


def own_sentences(subject: Subject) -> list[str]:
    """The sentences in which a company differs, with its values in them."""
    texts = subject.rules.texts_of(subject.company)
    changed = subject.rules.changed_of(subject.company)
    said = [
        "".join(f"{text}{_words(BOOK[name], texts[name], subject) if name else ''}" for text, name in line)
        for row in SENTENCES
        for line in row.lines
        if any(name in changed for _, name in line)
    ]
    return [f"{sentence.removesuffix('.')}." for sentence in said]


def _row(
    subject: Subject,
    sentence: RuleSentence,
    texts: Mapping[str, str],
    typed: Typed | None,
    held: Held | None,
) -> RuleRow:
    problems = typed.problems if typed else {}
    sentences = tuple(
        tuple(
            Piece(text, _field(BOOK[name], texts[name], problems.get(name, ""), subject) if name else None)
            for text, name in line
        )
        for line in sentence.lines
    )
    bases = {name: subject.rules.base_of(subject.company, name) for name in sentence.names}
    return RuleRow(
        title=sentence.title,
        note=sentence.note,
        sentences=sentences,
        names=" ".join(sentence.names),
        default=", ".join(
            _instead(BOOK[name], text, texts[name], subject)
            for name, text in bases.items()
            if texts[name] != text and name not in problems
        ),
        is_changed=any(texts[name] != text and name not in problems for name, text in bases.items()),
        problems=tuple(
            f"{BOOK[name].label}: {problems[name]}" for name in sentence.names if name in problems
        ),
        held=held.get(sentence.status, 0) if held is not None and sentence.status else None,
    )


def _field(rule: Rule, value: str, problem: str, subject: Subject) -> Field:
    units = {"percent": "%", "money": subject.integration.currency}
    return Field(
        name=rule.name,
        label=rule.label,
        value=value,
        words=_words(rule, value, subject),
        unit=units.get(rule.unit, ""),
        choices=tuple((choice, POLICIES[choice]) for choice in rule.choices),
        problem=problem,
        is_whole=rule.unit not in ("percent", "money"),
    )


def _words(rule: Rule, text: str, subject: Subject) -> str:
    if rule.choices:
        return POLICIES.get(text, text)
    if rule.unit == "money":
        return _sum(text, subject.integration.currency)
    return f"{text} %" if rule.unit == "percent" else text


def _instead(rule: Rule, base: str, text: str, subject: Subject) -> str:
    """`50 % in place of 70 %`"""
    words = _words(rule, base, subject)
    return words if rule.choices else f"{words} in place of {_words(rule, text, subject)}"


def _sum(text: str, currency: str) -> str:
    if not text:
        return "no sum"
    return money_words(Decimal(text), currency) if text.replace(".", "", 1).isdecimal() else text
