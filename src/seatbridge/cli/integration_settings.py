"""`integration calendar|posted|write-method|test-contract|prorations`, listed beside the others."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated

import typer

from seatbridge.cli.actor import actor
from seatbridge.cli.connecting import connected
from seatbridge.cli.failing import CommandRefused
from seatbridge.cli.finding import find_integration
from seatbridge.cli.options import AsJson, IntegrationId
from seatbridge.cli.printing import answer
from seatbridge.integrations.calendar_words import calendar_sentences
from seatbridge.integrations.calendars import (
    billing_calendar,
    note_posted,
    plain_terms,
    set_calendar,
    set_terms,
)
from seatbridge.integrations.clocks import billing_now, billing_today, clock
from seatbridge.integrations.method_words import CHOSEN, EMPTY_PRORATIONS, SOME_PRORATIONS
from seatbridge.integrations.methods import choose_method, set_rewrites_clean, set_test_contract
from seatbridge.integrations.models import Integration
from seatbridge.mappings.catalog_age import known_contract
from seatbridge.reconcile.calendar import BillingCalendar, ContractTerms, IssueOn
from seatbridge.reconcile.facts import Method
from seatbridge.reconcile.words import day

app = typer.Typer()


class Prorations(StrEnum):
    NONE = "none"
    SOME = "some"


@app.command()
def calendar(  # noqa: PLR0913 - each is one word that a person may type
    number: IntegrationId,
    *,
    start_posts_on: Annotated[int | None, typer.Option(metavar="DAY", min=1, max=31)] = None,
    end_posts_on: Annotated[int | None, typer.Option(metavar="DAY", min=1, max=31)] = None,
    default: Annotated[IssueOn | None, typer.Option(help="How contracts are invoiced.")] = None,
    fiscal: Annotated[
        bool | None, typer.Option("--fiscal/--from-start", help="Calendar months, or from its start.")
    ] = None,
    freeze_until: Annotated[
        str | None, typer.Option(metavar="HH:MM", help="End of the freeze on a posting day.")
    ] = None,
    contract: Annotated[int | None, typer.Option(metavar="CONTRACT_ID", help="For this contract.")] = None,
    issue_on: Annotated[IssueOn | None, typer.Option(help="With --contract: how it is invoiced.")] = None,
    posts_on: Annotated[
        int | None, typer.Option(metavar="DAY", min=1, max=31, help="With --contract: its own posting day.")
    ] = None,
    as_default: Annotated[bool, typer.Option("--as-default", help="With --contract: as all others.")] = False,
    as_json: AsJson = False,
) -> int:
    """Show or set when you post which invoices: BMS lets no program read it."""
    integration = find_integration(number)
    if contract is None:
        if issue_on is not None or posts_on is not None or as_default:
            raise CommandRefused(
                "--issue-on, --posts-on and --as-default speak of one contract.", fix="Add --contract ID."
            )
        set_calendar(
            integration,
            actor=actor(),
            start_posts_on=start_posts_on,
            end_posts_on=end_posts_on,
            default=default,
            fiscal=fiscal,
            freeze_until=_minute(freeze_until),
        )
    else:
        if any(value is not None for value in (start_posts_on, end_posts_on, default, freeze_until)):
            raise CommandRefused(
                "The calendar's own posting days, the default and the freeze are not set for one contract.",
                fix="With --contract give --issue-on, --posts-on, --fiscal, --from-start or --as-default.",
            )
        said = ContractTerms(issue_on, fiscal, posts_on)
        _set_terms(integration, contract, said, as_default=as_default)
    known = billing_calendar(integration)
    answer(_document(known), calendar_sentences(known, billing_now(integration)), as_json=as_json)
    return 0


def _set_terms(integration: Integration, contract: int, said: ContractTerms, *, as_default: bool) -> None:
    """What is not said of it stays."""
    if as_default == (said != ContractTerms()):
        raise CommandRefused(
            "With --contract something must be said of it, and only one thing.",
            fix="Give --issue-on start|end, --posts-on DAY, --fiscal or --from-start; or --as-default alone.",
        )
    if as_default:
        set_terms(integration, {contract: ContractTerms()}, actor=actor())
        return
    _check_contract(integration, contract)
    old = billing_calendar(integration).contracts.get(contract, ContractTerms())
    wanted = ContractTerms(
        said.issue_on or old.issue_on,
        old.fiscal if said.fiscal is None else said.fiscal,
        said.posts_on or old.posts_on,
    )
    set_terms(integration, {contract: wanted}, actor=actor())


@app.command()
def posted(
    number: IntegrationId,
    *,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today unless said.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Say that posting is done: the freeze ends, and its periods count as posted."""
    integration = find_integration(number)
    today = billing_today(integration)
    chosen: date = today if on is None else on.date()
    note_posted(integration, chosen, today=today, actor=actor())
    answer({"posted_on": chosen}, [f"Posting on {day(chosen)} is noted as done."], as_json=as_json)
    return 0


@app.command("write-method")
def write_method(
    number: IntegrationId,
    method: Annotated[Method, typer.Argument(show_default=False)],
    *,
    as_json: AsJson = False,
) -> int:
    """Choose how units are written to BMS."""
    said = choose_method(find_integration(number), method, actor=actor())
    answer({"write_method": method, "said": said}, [CHOSEN[method], *said], as_json=as_json)
    return 0


@app.command("test-contract")
def name_test_contract(
    number: IntegrationId,
    contract_id: Annotated[int, typer.Argument(metavar="CONTRACT_ID")],
    *,
    as_json: AsJson = False,
) -> int:
    """Name a contract of your own account, priced at a cent, for the test write."""
    integration = find_integration(number)
    name = _check_contract(integration, contract_id)
    set_test_contract(integration, contract_id, actor=actor())
    answer(
        {"test_contract": contract_id, "name": name},
        [f"The test write is made on contract {contract_id}, {name}."],
        as_json=as_json,
    )
    return 0


@app.command()
def prorations(
    number: IntegrationId,
    seen: Annotated[Prorations, typer.Argument(show_default=False)],
    *,
    as_json: AsJson = False,
) -> int:
    """After the test write: are the contract's Prorated Transactions in BMS none or some?"""
    clean = seen is Prorations.NONE
    set_rewrites_clean(find_integration(number), clean=clean, actor=actor())
    said = EMPTY_PRORATIONS if clean else SOME_PRORATIONS
    answer({"rewrites_are_clean": clean}, [said], as_json=as_json)
    return 0


def _check_contract(integration: Integration, contract_id: int) -> str:
    found = known_contract(integration, contract_id, connected, clock().now())
    if found is None:
        raise CommandRefused(
            f"BMS has no contract {contract_id}.", fix="Copy the id from the contract's address in BMS."
        )
    return found.name


def _minute(text: str | None) -> time | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
    except ValueError:
        raise CommandRefused(f"{text} is not a time of day.", fix="Write it as 18:00.") from None


def _document(known: BillingCalendar) -> dict[str, object]:
    return {
        "start_posts_on": known.start_posts_on,
        "end_posts_on": known.end_posts_on,
        "default": known.default,
        "fiscal": known.fiscal,
        "freeze_until": f"{known.freeze_until:%H:%M}",
        "contracts": [
            {"contract_id": number, **plain_terms(terms)} for number, terms in sorted(known.contracts.items())
        ],
        "posted_on": sorted(known.posted_on),
    }
