"""Fills a database with many partners at once: `python -m tests.support.fleet_rows '{"integrations": 9, …}'`.

Each has one integration, with so many clients that are counted, mapped and known; nothing was synced yet.
Rows
are made in bulk: by the product's own verbs ten thousand partners would take half an hour.
"""

import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from seatbridge.config.start import current, start

start()

from django.core.management import call_command  # noqa: E402 - Django is set up by now
from django.db.models import Model  # noqa: E402

from seatbridge.integrations.clocks import clock  # noqa: E402
from seatbridge.integrations.credentials import seal_secrets  # noqa: E402
from seatbridge.integrations.models import BmsCompany, Integration, Schedule  # noqa: E402
from seatbridge.kit.secret import Secret  # noqa: E402
from seatbridge.mappings.models import CompanyMapping, ProductMapping  # noqa: E402
from seatbridge.partners.models import Partner  # noqa: E402
from seatbridge.sync.models import LineMemory  # noqa: E402
from seatbridge.usage.models import Company, CountReading, Feed  # noqa: E402
from tests.support.many_worlds import UNITS  # noqa: E402
from tests.support.story_world import COMPANY_NAME, PASSWORD, STANDARD, USERNAME, Places, clients  # noqa: E402

Row = TypeVar("Row", bound=Model)


def fill(integrations: int, size: int, worlds: int, count: int) -> None:
    """`count`: users of each client. Integration N has its contracts in world N % `worlds`."""
    now = clock().billing_now()
    partners = _made(Partner(name=f"Partner {number}", timezone="UTC") for number in range(integrations))
    rows = _made(_integration(partner, number % worlds, now) for number, partner in enumerate(partners))
    for row in rows:
        seal_secrets(row, current().seal, Secret(PASSWORD), Secret(""))
    Integration.objects.bulk_update(rows, ["sealed_password", "sealed_totp"], batch_size=500)
    _made(ProductMapping(integration=row, product="standard", service_id=STANDARD) for row in rows)
    hosts = sorted({(row.hostname, row.company_name) for row in rows})
    _made(
        BmsCompany(host=host, company_name=name.casefold(), reading="adjusts", ahead="kept")
        for host, name in hosts
    )
    _add_clients(rows, size, count, now)
    _made(Schedule(integration=row, next_run_at=now + timedelta(hours=1)) for row in rows)


def _integration(partner: Partner, world: int, now: datetime) -> Integration:
    return Integration(
        partner=partner, hostname=f"bms-{world}.test", company_name=COMPANY_NAME, username=USERNAME,
        enabled=True, first_run_approved_at=now,
    )  # fmt: skip


def _add_clients(rows: list[Integration], size: int, count: int, now: datetime) -> None:
    cast = clients(size, UNITS)
    places = Places.of(cast)

    def of_all(make: Callable[[Integration, Any], Row]) -> list[Row]:
        return _made(make(row, client) for row in rows for client in cast)

    feeds = _made(
        Feed(
            partner=row.partner, kind="counts", way="file", complete=False, as_of=now, received_at=now,
            sha256="0" * 64, rows=size, companies=size,
        )
        for row in rows
    )  # fmt: skip
    feed_of = {feed.partner_id: feed for feed in feeds}
    companies = of_all(
        lambda row, client: Company(
            partner=row.partner, ref=client.ref, name=client.ref.title(), licenses_assigned=10_000,
            first_seen_on=now.date(), counts_feed=feed_of[row.partner_id],
        )
    )  # fmt: skip
    ids = {(company.partner_id, company.ref): company for company in companies}
    _made(
        CountReading(
            company=each,
            product="standard",
            as_of=now,
            value=count,
            feed=feed_of[each.partner_id],
            newest=True,
        )
        for each in companies
    )
    of_all(
        lambda row, client: CompanyMapping(
            integration=row, company=ids[row.partner_id, client.ref], account_id=places.account(client.ref),
            contract_id=places.contract(client.ref), first_write_approved_at=now,
        )
    )  # fmt: skip
    of_all(
        lambda row, client: LineMemory(
            integration=row,
            contract_id=places.contract(client.ref),
            service_id=STANDARD,
            confirmed_units=UNITS,
        )
    )


def _made(rows: Iterable[Row]) -> list[Row]:
    made = list(rows)
    return type(made[0])._default_manager.bulk_create(made, batch_size=1000)


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    fill(**json.loads(sys.argv[1]))
