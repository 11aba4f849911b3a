"""Each form of the portal as a person sends it, and how many ledger entries it makes, sent once or often.

Add one here when you add a form: `test_twice` tries every address that takes a POST.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile

from seatbridge.integrations.clocks import clock
from seatbridge.integrations.credentials import set_password
from seatbridge.integrations.models import Integration
from seatbridge.kit.secret import Secret
from seatbridge.mappings.editing import exclude_company, seal_of_mapping, set_company_mapping
from seatbridge.reminders.models import Reminder
from seatbridge.sync.models import Owed, SyncRun
from seatbridge.sync.plans import save_plan
from seatbridge.usage.models import Company, HeldChunk, HeldFile
from seatbridge.users.models import User
from tests.integration.web.samples import Made
from tests.support.cast import Person
from tests.support.mapping_world import (
    CONTOSO,
    CONTOSO_MONTHLY,
    NORTHWIND,
    NORTHWIND_MONTHLY,
    STANDARD,
    a_proposal,
    map_standard,
)
from tests.support.worlds import COMPANY_NAME, HOST, PASSWORD, USERNAME
from tests.unit.reconcile.worlds import one_line
from tests.with_django import SETTINGS

Fields = dict[str, object]
DIGEST = "d" * 64
COUNTS = "company,product,count\nnorthwind,standard,14\n"


@dataclass(frozen=True, slots=True)
class Form:
    """`fields`: of one form, as it was opened once: both presses send the same."""

    fields: Callable[[Made], Fields]
    entries: int = 0
    stranger: bool = False  # sent by who is not signed in


def plain(**fields: object) -> Callable[[Made], Fields]:
    return lambda _: dict(fields)


def marked(mark: str, /, **fields: object) -> Callable[[Made], Fields]:
    return lambda _: {**fields, mark: str(uuid.uuid4())}


def integration_of(made: Made) -> Integration:
    return Integration.objects.get(pk=made.rows["integration"])


def reach_bms(made: Made) -> None:
    """The pretend BMS of `reachable_bms` knows this integration's user."""
    integration = integration_of(made)
    integration.hostname, integration.company_name, integration.username = HOST, COMPANY_NAME, USERNAME
    integration.save()
    set_password(integration, Secret(PASSWORD), SETTINGS, actor="Alice")


def forget(made: Made) -> Fields:
    company = Company.objects.get(pk=made.rows["company"])
    set_company_mapping(integration_of(made), company, NORTHWIND, NORTHWIND_MONTHLY, actor="Alice")
    return {"was": seal_of_mapping(company.mappings.get())}


def excluded(made: Made) -> Fields:
    company = Company.objects.get(pk=made.rows["company"])
    exclude_company(integration_of(made), company, reason="in bundle", review_on=None, actor="Alice")
    return {"was": seal_of_mapping(company.mappings.get())}


def held_mappings(made: Made) -> Fields:
    text = f"company,account_id,contract_id\ncontoso,{CONTOSO},{CONTOSO_MONTHLY}\n"
    file = SimpleUploadedFile("map.csv", text.encode())
    alice = Person(User.objects.get(email="alice@northgate.example"))
    alice.browser.post(f"/companies/mapping/{made.rows['integration']}/file", {"file": file})
    return {"held": HeldFile.objects.latest("pk").pk}


def held_terms(made: Made) -> Fields:
    text = f"contract_id,issue_on,posts_on,periods\n{NORTHWIND_MONTHLY},start,10,\n"
    alice = Person(User.objects.get(email="alice@northgate.example"))
    file = SimpleUploadedFile("terms.csv", text.encode())
    alice.browser.post(f"/integrations/{made.rows['integration']}/contracts/file", {"file": file})
    return {"held": HeldFile.objects.latest("pk").pk}


def proposed(made: Made) -> Fields:
    row = a_proposal(integration_of(made), NORTHWIND_MONTHLY)
    return {"do": "all", "read_at": row.read_at.isoformat()}


def held_units(made: Made) -> Fields:
    held_terms(made)  # the pretend lists of BMS are fresh
    integration = integration_of(made)
    set_company_mapping(
        integration,
        Company.objects.get(pk=made.rows["company"]),
        NORTHWIND,
        NORTHWIND_MONTHLY,
        actor="Alice",
    )
    map_standard(integration)
    alice = Person(User.objects.get(email="alice@northgate.example"))
    file = SimpleUploadedFile("units.csv", b"company,product,units\nnorthwind,standard,14\n")
    alice.browser.post(f"/integrations/{integration.pk}/units/file", {"file": file})
    return {"held": HeldFile.objects.latest("pk").pk}


def held_counts(made: Made) -> Fields:
    HeldChunk.objects.filter(file=made.rows["held"]).update(content=COUNTS.encode())
    return {"do": "import"}


def ruled(of: str) -> Callable[[Made], Fields]:
    """What is saved carries the mark of the effect that was shown."""

    def fields(made: Made) -> Fields:
        alice = Person(User.objects.get(email="alice@northgate.example"))
        path = f"/integrations/{made.rows['integration']}/rules{of and f'/of/{made.rows[of]}'}"
        page = alice.browser.post(path, {"do": "show", "drop_units": "9"}).content.decode()
        found = re.search(r'name="mark" value="([^"]+)"', page)
        assert found is not None, page
        return {"do": "save", "drop_units": "9", "mark": found[1]}

    return fields


def queued(made: Made) -> Fields:
    SyncRun.objects.filter(pk=made.rows["run"]).update(state=SyncRun.State.QUEUED)
    return {}


def waiting(made: Made) -> Fields:
    Integration.objects.update(enabled=True)
    SyncRun.objects.filter(pk=made.rows["run"]).update(
        state=SyncRun.State.AWAITING_APPROVAL, plan_digest=DIGEST
    )
    return {"run": made.rows["run"], "digest": DIGEST, "plan": "1"}


def held_line(made: Made) -> Fields:
    run = SyncRun.objects.get(pk=made.rows["run"])
    world = one_line(22, 60)
    save_plan(run, world.plan())
    return {"run": run.pk, "digest": run.plan_digest, "only": "northwind/standard"}


def by_mail(made: Made) -> Fields:
    """A line that only a person lets go, in the newest plan as in the mail."""
    Integration.objects.update(enabled=True)
    run = SyncRun.objects.create(
        integration=integration_of(made),
        actor="Alice",
        created_at=clock().now(),
        ended_at=clock().now(),
        state=SyncRun.State.NEEDS_ATTENTION,
    )
    planned = one_line(22, 60).plan()
    save_plan(run, planned)
    line = next(row for row in planned.lines if row.product == "standard")
    Reminder.objects.update(lines=[[line.company, line.product, list(line.basis)]])
    return {}


def switched_on(made: Made) -> Fields:
    Integration.objects.update(enabled=True)
    return {"integration": made.rows["integration"]}


def written(made: Made) -> Fields:
    Integration.objects.update(enabled=True)
    Owed.objects.update(
        phase=Owed.Phase.SETTLED,
        settled_how="adjusted",
        waits_for_person="",
        members=[["northwind", "standard"]],
    )
    return {"line": "northwind/standard"}


def counts(_: Made) -> Fields:
    return {"kind": "counts", "file": SimpleUploadedFile("counts.csv", COUNTS.encode())}


CONNECTION: Mapping[str, object] = {"hostname": "bms.kaseya.com", "username": "other", "password": "pass"}
# What a thread of its own reads it keeps for good, and it sees nothing that a test has not committed.
IN_A_THREAD = {"integration-catalog", "contracts-proposal"}
FORMS: dict[str, Form] = {
    "theme": Form(plain(theme="dark")),
    "choose-partner": Form(lambda made: {"partner": made.partner.pk}),
    "join": Form(plain(name="Erin", password="correct horse battery"), 1, stranger=True),
    "team-invite": Form(marked("asked", email="new@northgate.example", role="viewer"), 1),
    "team-withdraw": Form(plain(), 1),
    "team-role": Form(plain(role="billing"), 1),
    "team-remove": Form(plain(), 1),
    "team-make-token": Form(marked("asked", name="export", role="viewer", days="30"), 1),
    "team-revoke-token": Form(plain(), 1),
    "integration-new": Form(marked("once", **CONNECTION, company_name="Another", do="save"), 2),
    "integration-connection": Form(
        marked("once", **CONNECTION | {"hostname": HOST}, company_name=COMPANY_NAME, do="save"), 2
    ),
    "integration-switch": Form(plain(to="on"), 1),
    "integration-products": Form(plain(standard=STANDARD, was_standard=""), 1),
    "integration-catalog": Form(plain()),
    "integration-schedule": Form(plain(cadence="weekly", weekday="2", at="05:30", timezone=""), 1),
    "integration-calendar": Form(
        plain(default="start", end_posts_on="2", start_posts_on="20", fiscal="no", freeze_until="17:00"), 1
    ),
    "integration-contract-terms": Form(plain(contract_id=NORTHWIND_MONTHLY, issue_on="start", fiscal=""), 1),
    "contract": Form(plain(issue_on="start", posts_on="10", fiscal=""), 1),
    "contracts-file": Form(held_terms, 1),
    "contracts-proposal": Form(plain()),
    "contracts-accept": Form(proposed, 3),
    "renewals-accept": Form(plain(contract="7001", successor="7101", seal="")),
    "units-take": Form(plain(do="all", seal="")),
    "units-file": Form(held_units, 1),
    "integration-posted": Form(plain(on="2026-01-05"), 1),
    "integration-method": Form(plain(method="replace"), 1),
    "integration-test-contract": Form(plain(contract_id=NORTHWIND_MONTHLY), 1),
    "integration-prorations": Form(plain(seen="none"), 1),
    "integration-owed": Form(plain(choice="leave"), 1),
    "integration-rules": Form(ruled(""), 1),
    "company-rules": Form(ruled("ref"), 1),
    "company-mapping": Form(
        plain(account_id=NORTHWIND, contract_id=NORTHWIND_MONTHLY, was=seal_of_mapping(None)), 1
    ),
    "company-exclude": Form(plain(reason="in bundle", review_on="", was=seal_of_mapping(None)), 1),
    "company-again": Form(excluded, 1),
    "company-forget": Form(forget, 1),
    "mapping-file": Form(held_mappings, 1),
    "suggestions": Form(plain(least="80"), 2),
    "uploads": Form(counts),
    "upload": Form(held_counts),
    "leavers-stop": Form(
        lambda made: {"integration": made.rows["integration"], "line": "northwind/", "from": "next-period"}
    ),
    "leavers-again": Form(lambda made: {"integration": made.rows["integration"], "line": "northwind/"}),
    "differences-accept": Form(
        lambda made: {"integration": made.rows["integration"], "contract": "1", "service": "1"}
    ),
    "differences-write": Form(
        lambda made: {"integration": made.rows["integration"], "contract": "1", "service": "1"}
    ),
    "new-line": Form(plain(price="5.00", cost="3.00", do="add")),
    "new-line-forget": Form(plain()),
    "sync-now": Form(switched_on),
    "run-approve": Form(waiting, 1),
    "run-leave": Form(held_line, 1),
    "decision-take-back": Form(plain(), 1),
    "decide-by-mail": Form(by_mail, 1),
    "run-cancel": Form(queued),
    "run-put-back": Form(written),
}
