"""What `sync_bench.py` begins with: 10,000 companies counted, mapped, and synced once with the pretend BMS.

`sync_child.py sync_world COMPANIES CHANGES DAY FOLDER` fills the data folder, and writes two lists of
counts into FOLDER; `sync_child.py sync_world changed FOLDER` brings in the one with changes.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from django.core.management import call_command
from sync_once import HOST, run_once

from bms_simulator.knobs import Knobs
from bms_simulator.sample import ADVANCED, PASSWORD, STANDARD, USERNAME, sample_world
from seatbridge.config.start import current
from seatbridge.integrations.adding import ConnectionForm, add_integration
from seatbridge.integrations.calendars import set_calendar
from seatbridge.integrations.clocks import clock
from seatbridge.integrations.methods import bms_company, choose_method
from seatbridge.integrations.models import BmsCompany, ContractTerms, Integration
from seatbridge.integrations.switching import enable
from seatbridge.kit.secret import Secret
from seatbridge.mappings.models import CompanyMapping, ProductMapping
from seatbridge.partners.adding import add_partner
from seatbridge.partners.models import Partner
from seatbridge.sync.models import LineMemory
from seatbridge.usage.imports import import_file
from seatbridge.usage.models import Company

ACTOR = "bench"
SERVICES = {"standard": STANDARD.id, "advanced": ADVANCED.id}
# A change of one user is held by no limit where so many stand already.
LEAST_UNITS = 20

Units = dict[tuple[int, str], int]  # (contract id, product)


def main(words: list[str]) -> int:
    folder = Path(words[-1])
    if words[0] == "changed":
        _bring_counts(Partner.objects.get(), folder / "changed.csv", clock().billing_now())
    else:
        _begin(int(words[0]), int(words[1]), date.fromisoformat(words[2]), folder)
    return 0


def _begin(companies: int, changes: int, day: date, folder: Path) -> None:
    call_command("migrate", verbosity=0)
    units = _units_in_bms(companies, day)
    now = clock().billing_now()
    partner = add_partner("Bench", "UTC")
    _write_companies(folder / "companies.csv", companies)
    import_file(partner, "companies", folder / "companies.csv", complete=True, dry_run=False, now=now)
    _write_counts(folder / "same.csv", units)
    _write_counts(folder / "changed.csv", _with_changes(units, changes))
    _bring_counts(partner, folder / "same.csv", now)
    _connect(partner, companies, units)
    first = run_once(approve=True)
    if (first["state"], first["writes"]) != ("succeeded", 0):
        raise SystemExit(f"The first sync of the bench did not find everything in step: {first}")


def _units_in_bms(companies: int, day: date) -> Units:
    """The pretend BMS is seeded: made again here, the same world tells what its API hides."""
    products = {service: product for product, service in SERVICES.items()}
    lines = sample_world(companies, Knobs(), day).lines.values()
    return {
        (line.contract_id, products[line.service_id]): line.history[0].units
        for line in lines
        if line.service_id in products
    }


def _is_billed_afterwards(contract_id: int) -> bool:
    """As the sample world has it: End of cycle. Their periods have begun, so changes are written at once."""
    return contract_id % 3 == 0


def _with_changes(units: Units, changes: int) -> Units:
    fit = [
        key
        for key, number in units.items()
        if key[1] == "standard" and _is_billed_afterwards(key[0]) and number >= LEAST_UNITS
    ]
    chosen = fit[:: len(fit) // changes][:changes] if changes else []
    if len(chosen) != changes:
        raise SystemExit(f"{len(units) // 2} companies are too few for {changes} changes.")
    return units | {key: units[key] + 1 for key in chosen}


def _write_companies(file: Path, companies: int) -> None:
    rows = ((_ref(number), f"Company {number}", 10_000) for number in range(1, companies + 1))
    _write(file, ("ref", "name", "licenses_assigned"), rows)


def _write_counts(file: Path, units: Units) -> None:
    rows = ((_ref(contract_id), product, number) for (contract_id, product), number in units.items())
    _write(file, ("company", "product", "count"), rows)


def _write(file: Path, head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as text:
        out = csv.writer(text)
        out.writerow(head)
        out.writerows(rows)


def _ref(number: int) -> str:
    return f"c{number:05}"


def _bring_counts(partner: Partner, file: Path, now: datetime) -> None:
    import_file(partner, "counts", file, complete=True, dry_run=False, now=now)


def _connect(partner: Partner, companies: int, units: Mapping[tuple[int, str], int]) -> None:
    knobs = Knobs()
    form = ConnectionForm(HOST, knobs.company_name, USERNAME, Secret(PASSWORD))
    integration, _ = add_integration(partner, form, current(), actor=ACTOR)
    enable(integration, actor=ACTOR)
    set_calendar(integration, default="start", actor=ACTOR)
    choose_method(integration, "adjust", actor=ACTOR)
    BmsCompany.objects.filter(pk=bms_company(integration).pk).update(reading="adjusts", ahead="kept")
    for product, service_id in SERVICES.items():
        ProductMapping.objects.create(integration=integration, product=product, service_id=service_id)
    _map_companies(integration, companies)
    LineMemory.objects.bulk_create(
        LineMemory(
            integration=integration,
            contract_id=contract_id,
            service_id=SERVICES[product],
            confirmed_units=number,
        )
        for (contract_id, product), number in units.items()
    )


def _map_companies(integration: Integration, companies: int) -> None:
    """In the sample world account, contract and company bear the same number."""
    ids = dict(Company.objects.values_list("ref", "pk"))
    numbers = range(1, companies + 1)
    CompanyMapping.objects.bulk_create(
        CompanyMapping(
            integration=integration, company_id=ids[_ref(number)], account_id=number, contract_id=number
        )
        for number in numbers
    )
    ContractTerms.objects.bulk_create(
        ContractTerms(integration=integration, contract_id=number, issue_on="end")
        for number in numbers
        if _is_billed_afterwards(number)
    )
