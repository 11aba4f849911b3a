"""A row of Northgate for each parameter that a URL may have. Add one here when you add a parameter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from seatbridge.integrations.clocks import clock
from seatbridge.partners.models import Member, Partner
from seatbridge.partners.roles import Role
from seatbridge.reminders.links import key_of
from seatbridge.reminders.models import Reminder
from seatbridge.sync.models import Decision, Owed, SyncRun
from seatbridge.team.inviting import invite
from seatbridge.team.tokens import make_token
from seatbridge.usage.held_files import Held, hold_file
from seatbridge.users.models import User
from tests.support.cast import Cast
from tests.support.mapping_world import NORTHWIND_MONTHLY, STANDARD, MappingWorld, mapping_world

# Pages for people who are not signed in, and forms that belong to the person and not to the partner.
OPEN_TO_STRANGERS = {"join", "theme"}
VIEWERS_MAY_POST = {"choose-partner"}

REPORT: dict[str, object] = {
    "kind": "counts",
    "rows": 1,
    "created": 1,
    "changed": 0,
    "unchanged": 0,
    "left": 0,
    "companies": 1,
    "warnings": [],
}


@dataclass(frozen=True, slots=True)
class Made:
    partner: Partner
    rows: Mapping[str, object]

    def sample(self, url: str, parameter: str) -> object:
        """One for this very URL where there is one, else one for the parameter."""
        key = f"{url}.{parameter}"
        return SAMPLES[key if key in SAMPLES else parameter](self)


def make_samples(northgate: Partner, people: Cast) -> Made:
    now = clock().now()
    invited = invite(
        northgate, "erin@northgate.example", Role.VIEWER, own_role=Role.OWNER, actor="Alice", now=now
    )
    token, _ = make_token(
        northgate, "export", Role.VIEWER, days=30, own_role=Role.OWNER, actor="Alice", now=now
    )
    bob = Member.objects.get(user=people.bob.user)
    world = mapping_world(northgate)
    owed = owed_line(world)
    return Made(
        northgate,
        {
            "member": bob.pk,
            "invitation": invited.invitation.pk,
            "key": invited.key.reveal(),
            "token": token.pk,
            "integration": world.integration.pk,
            "company": world.northwind.pk,
            "ref": world.northwind.ref,
            "owed": owed.pk,
            "decision": decided_line(world).pk,
            "link": key_of(reminder_to(people.alice.user, world)),
            "run": owed.run_id,
            "held": hold_file(northgate, Held("counts", "a.csv", "Alice"), [b"company\n"], REPORT, now).pk,
        },
    )


def owed_line(world: MappingWorld) -> Owed:
    now = clock().now()
    run = SyncRun.objects.create(
        integration=world.integration, actor="Alice", created_at=now, state=SyncRun.State.NEEDS_ATTENTION
    )
    return Owed.objects.create(
        integration=world.integration,
        run=run,
        purpose=Owed.Purpose.REPLACE,
        phase=Owed.Phase.ADDING,
        contract_id=NORTHWIND_MONTHLY,
        service_id=STANDARD,
        line_id=91,
        members=[["northwind", "standard"]],
        units=14,
        units_before=12,
        unit_price=5,
        unit_cost=3,
        effective_date=now.date(),
        total_before=60,
        opened_at=now,
        waits_for_person="the line stands at 0",
    )


def decided_line(world: MappingWorld) -> Decision:
    today = clock().now().date()
    return Decision.objects.create(
        integration=world.integration,
        choice=Decision.Choice.LEAVE,
        contract_id=NORTHWIND_MONTHLY,
        service_id=STANDARD,
        members=[["northwind", "standard"]],
        status="held:anomaly",
        units=22,
        units_before=60,
        until=today + timedelta(days=7),
        by="Alice",
        decided_on=today,
    )


def reminder_to(user: User, world: MappingWorld) -> Reminder:
    now = clock().now()
    return Reminder.objects.create(
        integration=world.integration,
        deadline=now.date() + timedelta(days=2),
        days_before=1,
        user=user,
        lines=[["northwind", "standard", []]],
        text="1 line waits.",
        made_at=now,
        try_at=now,
        expires_at=now + timedelta(days=2),
    )


def _row(name: str) -> Callable[[Made], object]:
    return lambda made: made.rows[name]


SAMPLES: dict[str, Callable[[Made], object]] = {
    "number": _row("member"),
    "team-invitation.number": _row("invitation"),
    "team-withdraw.number": _row("invitation"),
    "team-token.number": _row("token"),
    "team-revoke-token.number": _row("token"),
    "key": _row("key"),
    **{
        f"{name}.number": _row("integration")
        for name in (
            "integration",
            "integration-state",
            "integration-connection",
            "integration-switch",
            "integration-products",
            "integration-services",
            "integration-catalog",
            "integration-schedule",
            "integration-calendar",
            "integration-contract-terms",
            "integration-posted",
            "contracts",
            "contract",
            "contracts-csv",
            "contracts-file",
            "contracts-proposal",
            "contracts-accept",
            "renewals",
            "renewals-accept",
            "units",
            "units-take",
            "units-csv",
            "units-file",
            "integration-method",
            "integration-test-contract",
            "integration-prorations",
            "integration-owed",
            "integration-rules",
            "company-rules",
            "company-mapping",
            "company-row",
            "company-first-write",
            "company-exclude",
            "company-again",
            "company-forget",
            "mapping-file",
            "mapping-csv",
        )
    },
    "company_id": _row("company"),
    "contract_id": lambda _: NORTHWIND_MONTHLY,
    "owed_id": _row("owed"),
    "decision-take-back.number": _row("decision"),
    "decide-by-mail.key": _row("link"),
    "upload.number": _row("held"),
    # runs, and a company's page
    "run.number": _row("run"),
    "run-progress.number": _row("run"),
    "run-put-back.number": _row("run"),
    "run-cancel.number": _row("run"),
    "integration": _row("integration"),
    "ref": _row("ref"),
    "product": lambda _: "standard",
}
