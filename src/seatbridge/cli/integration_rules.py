"""`integration rules`: see and set what waits for a person, from when changes count, and who counts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import typer

from seatbridge.cli.actor import actor
from seatbridge.cli.failing import CommandRefused
from seatbridge.cli.finding import find_integration
from seatbridge.cli.options import AsJson, IntegrationId
from seatbridge.cli.printing import print_document, print_table
from seatbridge.integrations.changing_rules import change_rules
from seatbridge.integrations.clocks import clock
from seatbridge.integrations.models import Integration
from seatbridge.integrations.rule_book import BOOK
from seatbridge.integrations.rule_sets import OWN, RulesRead, RulesRefused
from seatbridge.usage.models import Company


def rules(
    number: IntegrationId,
    *,
    put: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A rule and its value.")
    ] = None,
    reset: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Back to the default.")] = None,
    company: Annotated[
        str | None, typer.Option(metavar="REF", help="Of this company, in place of all others.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Show or set the rules: what waits for a person, from when changes count, who counts."""
    integration = find_integration(number)
    ref = OWN if company is None else _ref(integration, company)
    changes = _changes(put or [], reset or [])
    try:
        read = change_rules(integration, changes, actor(), clock().now(), company=ref)
    except RulesRefused as refused:
        raise CommandRefused("Nothing was changed.", why=str(refused), fix="See: --help") from refused
    if as_json:
        print_document(_document(read, ref))
    else:
        print_table(("rule", "value", "default" if ref == OWN else "all others", ""), _rows(read, ref))
    return 0


def _ref(integration: Integration, company: str) -> str:
    if not Company.objects.filter(partner=integration.partner, ref=company).exists():
        raise CommandRefused(
            f"{integration.partner.name} has no company {company}.",
            fix="Give its ref, as in the companies file.",
        )
    return company


def _changes(put: Sequence[str], reset: Sequence[str]) -> Mapping[str, str | None]:
    changes: dict[str, str | None] = {}
    for text in put:
        name, sign, value = text.partition("=")
        if not sign:
            raise CommandRefused(
                f"{text} sets nothing.", fix="Write --set NAME=VALUE, such as drop_share=40."
            )
        changes[name.strip()] = value
    for name in reset:
        if name in changes:
            raise CommandRefused(f"{name} is set and reset at once.", fix="Give one of the two.")
        changes[name] = None
    return changes


def _document(read: RulesRead, ref: str) -> dict[str, object]:
    return {
        "company": ref or None,
        "rules": read.texts_of(ref),
        "changed": sorted(read.changed_of(ref)),
        "companies": sorted(read.companies),
    }


def _rows(read: RulesRead, ref: str) -> Iterator[Sequence[object]]:
    changed = read.changed_of(ref)
    for name, text in read.texts_of(ref).items():
        unit = {"percent": " %", "money": ""}.get(BOOK[name].unit, f" {BOOK[name].unit}".rstrip())
        base = read.base_of(ref, name)
        mark = ("own" if ref else "changed") if name in changed else ""
        yield name, f"{text}{unit}" if text else "never", f"{base}{unit}" if base else "never", mark
