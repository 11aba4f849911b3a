"""`map …`, `units set`, `lines …`, `catalog refresh`: what a person states by file, and what BMS offers."""

from collections.abc import Callable, Iterator
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
from seatbridge.integrations.models import Integration
from seatbridge.mappings.catalog_age import refresh_now
from seatbridge.mappings.file_rows import Source
from seatbridge.mappings.importing import (
    Asking,
    MappingReport,
    import_company_mappings,
    import_product_mappings,
)
from seatbridge.sync.stated.confirming import mark_automatic, preview_units, state_carried, state_units
from seatbridge.sync.stated.unknown_units import seal_of, take_all_as_current, unknown_units

map_app = group("Mappings: which product is which service, which company is billed on which contract.")
units_app = group("Units: what BMS holds now, where no program can read it.")
lines_app = group("Lines: what BMS shows to no program.")
catalog_app = group("Catalog: the accounts, contracts and services last seen in BMS.")
Importer = Callable[[Integration, Source, Asking], MappingReport]


@map_app.command("products")
def map_products(number: IntegrationId, file: File, *, as_json: AsJson = False) -> int:
    """Columns: product,service_id."""
    return _take(import_product_mappings, "mapping", number, file, as_json=as_json)


@map_app.command("companies")
def map_companies(number: IntegrationId, file: File, *, as_json: AsJson = False) -> int:
    """Columns: company,account_id,contract_id,exclude_reason,review_on."""
    return _take(import_company_mappings, "mapping", number, file, as_json=as_json)


@units_app.command("set")
def units_set(
    number: IntegrationId,
    file: File,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and keep nothing.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """State the units that stand in BMS now. Columns: company,product,units."""
    if not dry_run:
        return _take(state_units, "line", number, file, as_json=as_json)
    integration = find_integration(number)
    report, changes = preview_units(integration, source_of(file), _asking(integration))
    said = [f"{report.rows:,} lines read, {report.changed:,} would change."]
    said += [f"{each.what}: {each.before} → {each.after}" for each in changes]
    document = {**asdict(report), "dry_run": True, "changes": [asdict(each) for each in changes]}
    answer(document, said, as_json=as_json)
    return 0


@units_app.command("unknown")
def units_unknown(number: IntegrationId, *, as_json: AsJson = False) -> int:
    """List the lines whose units nobody has confirmed, with what was invoiced last."""
    lines = unknown_units(find_integration(number))
    rows = [
        {
            "contract_id": line.key[0],
            "service_id": line.key[1],
            "companies": [member.company for member in line.members],
            "product": line.members[0].product,
            "invoiced": line.invoiced,
            "invoiced_on": line.invoiced_on,
            "count": line.count,
            "evidence": line.says,
        }
        for line in lines
    ]
    said = [
        f"{line.name}, {line.members[0].product}: {line.says}; the count is {line.count}" for line in lines
    ]
    answer({"lines": rows}, said or ["The units of every line are known."], as_json=as_json)
    return 0


@units_app.command("take")
def units_take(number: IntegrationId, *, as_json: AsJson = False) -> int:
    """Take what was invoiced last as what stands in BMS now, of every line that `units unknown` lists."""
    integration = find_integration(number)
    seal = seal_of(unknown_units(integration))
    report = take_all_as_current(integration, seal, _asking(integration))
    said = f"{report.changed:,} line{'' if report.changed == 1 else 's'} taken as current."
    left = len(unknown_units(integration))
    rest = [f"{left:,} more were not invoiced lately: state them by file (units set)."] if left else []
    answer({**asdict(report), "left": left}, [said, *rest], as_json=as_json)
    return 0


@lines_app.command("automatic")
def lines_automatic(number: IntegrationId, file: File, *, as_json: AsJson = False) -> int:
    """Mark lines that BMS counts itself: never written. Columns: contract_id,service_id[,automatic]."""
    return _take(mark_automatic, "line", number, file, as_json=as_json)


@lines_app.command("carried")
def lines_carried(number: IntegrationId, file: File, *, as_json: AsJson = False) -> int:
    """Confirm lines of 1 unit whose price carries all users, with the price and cost of one user.

    Columns: contract_id,service_id,unit_price,unit_cost.
    """
    return _take(state_carried, "line", number, file, as_json=as_json)


@catalog_app.command()
def refresh(number: IntegrationId, *, as_json: AsJson = False) -> int:
    """Read accounts, contracts and services from BMS."""
    integration = find_integration(number)
    found = refresh_now(integration, connected, clock().now())
    said = f"BMS has {found.accounts:,} accounts, {found.contracts:,} contracts, {found.services:,} services."
    answer(asdict(found), [said], as_json=as_json)
    return 0


def _take(importer: Importer, noun: str, number: int, file: File, *, as_json: bool) -> int:
    integration = find_integration(number)
    report = importer(integration, source_of(file), _asking(integration))
    answer(asdict(report), _sentences(report, noun), as_json=as_json)
    return 0


def _asking(integration: Integration) -> Asking:
    return Asking(actor(), clock().now(), billing_today(integration), connected)


def _sentences(report: MappingReport, noun: str) -> Iterator[str]:
    nouns = noun if report.rows == 1 else f"{noun}s"
    yield f"{report.rows:,} {nouns} read, {report.changed:,} changed."
    yield from report.notes
