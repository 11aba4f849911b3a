"""What `portal_bench.py` begins with: a partner with everything that a page can show, in large.

`sync_child.py portal_world COMPANIES DAY FOLDER` fills the data folder, with the pretend BMS up: two syncs,
of which the second wrote, held and missed lines; runs, ledger and audit of some years; rosters; people.
"""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import sync_world
from django.db import transaction
from sync_once import run_once

from seatbridge.cli.connecting import connected
from seatbridge.config.start import current
from seatbridge.integrations.adding import ConnectionForm, add_integration
from seatbridge.integrations.clocks import clock
from seatbridge.integrations.models import Integration, Schedule
from seatbridge.kit.secret import Secret
from seatbridge.ledger.writing import append
from seatbridge.mappings.catalog_age import refresh_now
from seatbridge.mappings.models import CompanyMapping
from seatbridge.partners.models import Member, Partner
from seatbridge.partners.roles import Role
from seatbridge.sync.models import SyncRun, Write
from seatbridge.team.inviting import invite
from seatbridge.team.tokens import make_token
from seatbridge.usage.imports import import_file
from seatbridge.usage.models import Company
from seatbridge.users.models import User

OWNER = "alice@bench.example"
UNMAPPED_ONE_IN, EXCLUDED_ONE_IN, DROPPED_ONE_IN, CHANGED_ONE_IN = 20, 50, 100, 20
RUNS, AUDIT, MEMBERS, TOKENS = 2_000, 5_000, 30, 30
WRITES = 2_000  # of the run that is under way
ROSTER = 400  # users of the one company with a list of them


def main(words: list[str]) -> int:
    companies, day, folder = int(words[0]), date.fromisoformat(words[1]), Path(words[2])
    changes = companies // CHANGED_ONE_IN
    sync_world.main([str(companies), str(changes), str(day), str(folder)])
    partner, integration = Partner.objects.get(), Integration.objects.get()
    refresh_now(integration, connected, clock().now())
    _leave_some_out(integration)
    _drop_some(folder / "changed.csv", folder / "dropped.csv", companies // DROPPED_ONE_IN)
    now = clock().billing_now()
    import_file(partner, "counts", folder / "dropped.csv", complete=True, dry_run=False, now=now)
    _add_past(integration)
    Schedule.objects.filter(integration=integration).update(next_run_at=now + timedelta(days=1))
    run_once()
    _bring_roster(partner, folder / "users.csv")
    _add_people(partner)
    _begin_another(partner)
    return 0


def _leave_some_out(integration: Integration) -> None:
    """Some have no mapping, some are excluded; the rest bears the names of BMS."""
    rows = CompanyMapping.objects.filter(integration=integration).order_by("pk")
    found = list(rows.values_list("pk", flat=True))
    rows.filter(pk__in=found[::UNMAPPED_ONE_IN]).delete()
    rows.filter(pk__in=found[1::EXCLUDED_ONE_IN]).update(excluded_reason="in bundle")


def _drop_some(source: Path, target: Path, number: int) -> None:
    """A large drop waits for a person."""
    with source.open(encoding="utf-8") as text:
        head, *rows = list(csv.reader(text))
    large = [row for row in rows if row[1] == "standard" and int(row[2]) >= 40]
    for row in islice(large, number):
        row[2] = str(int(row[2]) // 3)
    with target.open("w", newline="", encoding="utf-8") as text:
        csv.writer(text).writerows([head, *rows])


def _bring_roster(partner: Partner, file: Path) -> None:
    ref = Company.objects.order_by("pk")[1].ref
    rows = ((ref, f"u{number}", f"u{number}@{ref}.example", "active", "standard") for number in range(ROSTER))
    with file.open("w", newline="", encoding="utf-8") as text:
        csv.writer(text).writerows([("company", "user", "email", "status", "product"), *rows])
    now = clock().billing_now()
    import_file(partner, "users", file, complete=False, dry_run=False, now=now)


def _add_past(integration: Integration) -> None:
    last = SyncRun.objects.latest("pk")
    began = clock().now() - timedelta(days=RUNS)
    SyncRun.objects.bulk_create(
        SyncRun(
            integration=integration,
            actor="schedule",
            state=SyncRun.State.SUCCEEDED,
            created_at=began + timedelta(days=number),
            ended_at=began + timedelta(days=number),
            summary=last.summary,
            companies=["c00001"],
        )
        for number in range(RUNS)
    )
    with transaction.atomic():
        for number in range(AUDIT):
            told = {"company": f"c{number:05}", "old": {"contract_id": None}, "new": {"contract_id": number}}
            append(integration.partner_id, "company-mapping.changed", actor=OWNER, data=told)


def _add_people(partner: Partner) -> None:
    now = clock().now()
    Member.objects.create(partner=partner, user=User.objects.create_user(OWNER), role=Role.OWNER)
    for number in range(MEMBERS):
        user = User.objects.create_user(f"member{number}@bench.example", name=f"Member {number}")
        Member.objects.create(partner=partner, user=user, role=Role.BILLING)
        invite(partner, f"new{number}@bench.example", Role.VIEWER, own_role=Role.OWNER, actor=OWNER, now=now)
    for number in range(TOKENS):
        make_token(
            partner, f"export {number}", Role.VIEWER, days=30, own_role=Role.OWNER, actor=OWNER, now=now
        )


def _begin_another(partner: Partner) -> None:
    """A second integration, whose run is under way and has written much."""
    form = ConnectionForm("bms.kaseya.com", "Bench too", "api", Secret("password"))
    integration, _ = add_integration(partner, form, current(), actor=OWNER)
    run = SyncRun.objects.create(
        integration=integration, actor=OWNER, state=SyncRun.State.APPLYING, created_at=clock().now()
    )
    Write.objects.bulk_create(_writes(integration, run))
    with transaction.atomic():
        told = {"writes": 2 * WRITES}
        append(partner.pk, "run.planned", actor=OWNER, data=told, run_id=run.pk)


def _writes(integration: Integration, run: SyncRun) -> Iterator[Write]:
    template = Write.objects.first()
    if template is None:
        raise SystemExit("The second sync of the bench wrote nothing.")
    for number in range(WRITES):
        write = Write.objects.model(
            **{
                field.attname: getattr(template, field.attname)
                for field in Write._meta.concrete_fields  # noqa: SLF001 - Django's documented API
            }
        )
        write.pk, write.integration, write.run, write.contract_id = None, integration, run, number
        yield write
