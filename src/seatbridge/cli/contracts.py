"""`contracts …`: the billing calendar contract by contract, by file; and what past invoices say of it."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from seatbridge.cli.actor import actor
from seatbridge.cli.connecting import connected
from seatbridge.cli.finding import find_integration
from seatbridge.cli.importing import source_of
from seatbridge.cli.options import AsJson, File, IntegrationId, group
from seatbridge.cli.printing import answer
from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.mappings.importing import Asking, RowChange
from seatbridge.mappings.models import CalendarProposal
from seatbridge.mappings.proposed_calendar import accept_proposal, read_proposal, terms_proposed
from seatbridge.mappings.terms_files import (
    export_contract_terms,
    import_contract_terms,
    preview_contract_terms,
    say,
)

app = group("Contracts: how each is invoiced and posted, where it differs from the calendar.")
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]


@app.command("export")
def export(number: IntegrationId) -> int:
    """Print every contract as CSV: contract_id,issue_on,posts_on,periods and its names."""
    for line in export_contract_terms(find_integration(number)):
        sys.stdout.write(line.replace("\r\n", "\n"))
    return 0


@app.command("set")
def set_from_file(
    number: IntegrationId, file: File, *, dry_run: DryRun = False, as_json: AsJson = False
) -> int:
    """Set what contracts do otherwise. Columns: contract_id,issue_on,posts_on,periods; empty: as all.

    All of the file or nothing; contracts that it does not name stay as they are.
    """
    integration = find_integration(number)
    asking = Asking(actor(), clock().now(), billing_today(integration), connected)
    changes: list[RowChange] = []
    if dry_run:
        report, changes = preview_contract_terms(integration, source_of(file), asking)
    else:
        report = import_contract_terms(integration, source_of(file), asking)
    document = {**asdict(report), "dry_run": dry_run, "changes": [asdict(each) for each in changes]}
    would = "would change" if dry_run else "changed"
    said = [f"{report.rows:,} contract{'' if report.rows == 1 else 's'} read, {report.changed:,} {would}."]
    said += [f"{each.what}: {each.before} → {each.after}" for each in changes]
    answer(document, said, as_json=as_json)
    return 0


@app.command("propose")
def propose(
    number: IntegrationId,
    *,
    accept: Annotated[bool, typer.Option("--accept", help="Set what was proposed, all of it.")] = False,
    as_json: AsJson = False,
) -> int:
    """Read a year of invoices, and say what calendar they speak for. Sets nothing without --accept."""
    integration = find_integration(number)
    now = clock().now()
    proposal = read_proposal(integration, connected, today=billing_today(integration), now=now)
    changed = None
    if accept:
        changed = accept_proposal(
            integration, read_at=proposal.read_at, contracts=None, actor=actor(), now=now
        )
    told = {"invoices": proposal.invoices, "since": proposal.since, "accepted": accept}
    document = told | proposal.document
    answer(document, _sentences(proposal, changed), as_json=as_json)
    return 0


def _sentences(proposal: CalendarProposal, changed: int | None) -> Iterator[str]:
    told = proposal.document
    yield f"{proposal.invoices:,} invoices since {proposal.since:%d %b %Y}."
    yield told["evidence"] or "No contract has enough invoices that agree: the calendar stays as it is."
    terms = terms_proposed(proposal)
    for each in told["contracts"]:
        yield f"Contract {each['contract_id']}: {say(terms[each['contract_id']])}. {each['evidence']}"
    if told["unclear"]:
        yield f"{told['unclear']:,} contracts with too few invoices, or days that do not agree."
    yield "Nothing was set: add --accept." if changed is None else f"Set; {changed:,} contracts changed."
