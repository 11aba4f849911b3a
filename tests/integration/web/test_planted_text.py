"""Script in every text that is kept, and in every name that BMS has: then every page is looked at."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from bms_simulator.simulator import Simulator
from seatbridge.catalog.refreshing import refresh
from seatbridge.integrations.models import Integration
from seatbridge.ledger.models import LedgerEntry
from seatbridge.partners.models import ApiToken, Invitation, Member
from seatbridge.partners.roles import Role
from seatbridge.reminders.links import key_of
from seatbridge.sync.models import Owed, SyncRun
from seatbridge.team.inviting import invite
from seatbridge.team.tokens import make_token
from seatbridge.usage.held_files import Held, hold_file
from seatbridge.usage.models import Company
from seatbridge.users.models import User
from tests.integration.web.samples import REPORT, Made, decided_line, owed_line, reminder_to
from tests.integration.web.test_every_page import named_urls, path_of
from tests.integration.web.told import Told, told
from tests.support import story
from tests.support.mapping_world import MappingWorld
from tests.support.story_world import Client, clients
from tests.with_django import SETTINGS

SCRIPT = "<script>alert(1)</script>"
IMAGE = "\"'><img src=x onerror=alert(1)>"
PLANTED = f"{SCRIPT}{IMAGE}"
# Words of ours that decide what is done, keys, and what is shown to nobody.
OURS = (
    "role kind way state status cadence timezone reading ahead chosen_method calendar_default phase purpose",
    "event hash previous_hash prefix plan_digest sealed_password sealed_totp password currency issue_on step",
    "answer zero_answer add_answer restore_answer proven_credentials refused_credentials product level type",
    "psa data ref seal sha256 asked session_key domains host settled_how",
)
KEPT = {word for words in OURS for word in words.split()}


def plant_in_bms(bms: Simulator) -> None:
    world = bms.world
    world.accounts = {key: replace(row, name=f"{PLANTED}{key}") for key, row in world.accounts.items()}
    world.services = {
        key: replace(row, name=f"{PLANTED}{key}", description=PLANTED) for key, row in world.services.items()
    }
    for contract in list(world.contracts.values()):
        world.put_contract(replace(contract, name=f"{PLANTED}{contract.id}", status=f"Active{PLANTED}"))


def plant_in_rows() -> int:
    planted = 0
    for model in apps.get_models():
        if not model.__module__.startswith("seatbridge."):
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField) and field.name not in KEPT:
                planted += sum(_plant(row, field) for row in model._default_manager.all())
    return planted


def _plant(row: models.Model, field: Any) -> bool:
    text = PLANTED if not field.unique else f"{PLANTED}{row.pk}"
    rows = models.QuerySet(type(row)).filter(pk=row.pk)
    try:
        with transaction.atomic():
            return bool(rows.update(**{field.name: text[: field.max_length]}))
    except IntegrityError:
        return False  # only certain words may stand there


@pytest.fixture
def scene(db: None, unguarded_ledger: None, tmp_path: Path) -> Told:
    cast = [
        Client("fabrikam", {"standard": 60}, users={"standard": 22}),
        Client("tailspin", users={"standard": 11}),
        Client("unmapped", is_mapped=False),
        *clients(3),
    ]
    begun = story.settled(cast, settings=SETTINGS, folder=tmp_path)
    Company.objects.update(name=PLANTED)
    plant_in_bms(begun.bms)
    with begun.open_bms(begun.integration) as bms:
        refresh(begun.integration, bms, begun.time.now)
    begun.sync()
    return told(begun)


def made_of(scene: Told) -> Made:
    integration = scene.story.integration
    partner, now = integration.partner, scene.story.time.now
    invited = invite(
        partner, "erin@northgate.example", Role.VIEWER, own_role=Role.OWNER, actor=PLANTED, now=now
    )
    make_token(partner, PLANTED, Role.VIEWER, days=30, own_role=Role.OWNER, actor=PLANTED, now=now)
    company = Company.objects.get(ref="tailspin")
    world = MappingWorld(partner, integration, company, company, company)
    owed = owed_line(world)
    return Made(
        partner,
        {
            "member": Member.objects.get(user__email="bob@northgate.example").pk,
            "invitation": Invitation.objects.get().pk,
            "key": invited.key.reveal(),
            "token": ApiToken.objects.get().pk,
            "integration": integration.pk,
            "company": company.pk,
            "ref": company.ref,
            "owed": owed.pk,
            "link": key_of(reminder_to(User.objects.get(email="alice@northgate.example"), world)),
            "decision": decided_line(world).pk,
            "run": SyncRun.objects.filter(plan_digest__gt="").latest("pk").pk,
            "held": hold_file(partner, Held("counts", PLANTED, PLANTED), [b"company\n"], REPORT, now).pk,
        },
    )


@pytest.mark.told_once
def test_every_page_shows_it_as_text(scene: Told) -> None:
    made = made_of(scene)
    assert plant_in_rows() > 100
    shown = 0
    for name, parameters, template in named_urls():
        path = path_of((name, parameters, template), made)
        for headers in ({}, {"HX-Request": "true"}, {"HX-Request": "true", "HX-Target": "companies-table"}):
            answer = scene.alice.get(path, headers=headers)
            assert answer.status_code < 500, name
            if answer.streaming:
                continue  # files for a spreadsheet
            page = answer.content.decode()
            assert SCRIPT not in page, name
            assert "<img src=x" not in page, name
            shown += "&lt;script&gt;" in page
    assert shown > 20
    assert LedgerEntry.objects.filter(actor__contains=SCRIPT).exists()
    assert Owed.objects.filter(waits_for_person__contains=SCRIPT).exists()
    assert Integration.objects.filter(company_name__contains=SCRIPT).exists()
