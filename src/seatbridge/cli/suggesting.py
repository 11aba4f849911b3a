"""`map suggest`: which account a company without a mapping points to."""

from dataclasses import asdict
from typing import Annotated

import typer

from seatbridge.cli.actor import actor
from seatbridge.cli.connecting import connected
from seatbridge.cli.finding import find_integration
from seatbridge.cli.options import AsJson, IntegrationId
from seatbridge.cli.printing import print_document, print_table, tell
from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.mappings.catalog_age import refresh_if_old
from seatbridge.mappings.suggesting import Suggestion, accept, suggest


def map_suggest(
    number: IntegrationId,
    *,
    accept_certain: Annotated[
        bool, typer.Option("--accept-certain", help="Map those of which nothing needs a person's eye.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Suggest an account and its contract for each company without a mapping."""
    integration = find_integration(number)
    refresh_if_old(integration, connected, clock().now())
    today = billing_today(integration)
    accepted = accept(integration, today, actor=actor()) if accept_certain else []
    left = suggest(integration, today)
    if as_json:
        print_document({"accepted": [_document(each) for each in accepted], "suggestions": _documents(left)})
        return 0
    if accept_certain:
        tell([f"{len(accepted):,} companies mapped. The first write of each waits for a person."])
    if left:
        print_table(
            ("Company", "Account", "Contract", "Score", "Reason"),
            [
                (
                    each.company_name,
                    f"{each.account_name} ({each.account_id})",
                    _contract(each),
                    each.score,
                    each.reason,
                )
                for each in left
            ],
        )
    else:
        tell(["There is nothing to suggest."])
    return 0


def _contract(suggestion: Suggestion) -> str:
    if suggestion.contract_id is not None:
        return f"{suggestion.contract_name} ({suggestion.contract_id})"
    return f"{suggestion.contracts} fit" if suggestion.contracts else "none that runs"


def _documents(suggestions: list[Suggestion]) -> list[dict[str, object]]:
    return [_document(each) for each in suggestions]


def _document(suggestion: Suggestion) -> dict[str, object]:
    told = asdict(suggestion)
    told["company"] = told.pop("company_ref")
    return {name: value for name, value in told.items() if name != "company_id"} | {
        "certain": suggestion.certain
    }
