"""What `doctor` looks at in the data: each integration, what is owed, the ledger."""

from collections.abc import Iterator

from seatbridge.cli.checks import Check
from seatbridge.config.settings import Settings
from seatbridge.integrations.credentials import credentials
from seatbridge.integrations.methods import verdict
from seatbridge.integrations.models import BmsUser, Integration
from seatbridge.kit.hosts import HostRefused
from seatbridge.ledger.verifying import Verified, verify
from seatbridge.partners.models import Partner
from seatbridge.psa.errors import NeedsCredentials
from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.standing import open_owed

# A run that is active is at work, or the next sync takes it over.
CALM = (SyncRun.State.SUCCEEDED, SyncRun.State.CANCELLED, *SyncRun.ACTIVE)


def check_rows(settings: Settings) -> Iterator[Check]:
    integrations = list(Integration.objects.select_related("partner").order_by("pk"))
    for integration in integrations:
        yield from _integration(integration, settings)
    if not integrations:
        yield Check("Integrations", "none yet")
    for partner in Partner.objects.order_by("name"):
        yield _ledger(partner)


def _integration(integration: Integration, settings: Settings) -> Iterator[Check]:
    subject = f"Integration {integration.pk}"
    place = f"{integration.partner.name}, {integration.company_name} on {integration.hostname}"
    yield Check(subject, f"{place}: {'on' if integration.enabled else 'off, nothing is written'}")
    for what, fix in _troubles(integration, settings):
        yield Check(subject, what, fix or "Look at it before the next sync.")


def _troubles(integration: Integration, settings: Settings) -> Iterator[tuple[str, str]]:
    """(what, fix) of all that needs a person."""
    number = integration.pk
    try:
        settings.psa_hosts.base_url(integration.hostname)
    except HostRefused as refused:
        yield refused.what, refused.fix
    try:
        credentials(integration, settings.seal)
    except NeedsCredentials as sealed:
        yield f"{sealed.what} {sealed.why}".strip(), sealed.fix
    yield from _sign_in(integration)
    if integration.stopped_reason:
        yield (
            f"writing is stopped: {integration.stopped_reason}",
            f"Look at these contracts in BMS, then: seatbridge integration enable {number}",
        )
    known = verdict(integration)
    if known.method is None and not known.needs_canary:
        yield (
            f"the test write ended as {known.reading}, and no write method is chosen",
            f"Choose one: seatbridge integration write-method {number} METHOD",
        )
    owed = open_owed(integration).count()
    if owed:
        lines = "1 line is" if owed == 1 else f"{owed} lines are"
        yield f"{lines} not finished in BMS and may stand at 0", f"seatbridge owed list {number}"
    last = SyncRun.objects.filter(integration=integration).order_by("-pk").first()
    if last is not None and last.state not in CALM:
        yield f"run {last.pk} is {last.state}", f"seatbridge run show {last.pk}"


def _sign_in(integration: Integration) -> Iterator[tuple[str, str]]:
    user = BmsUser.objects.filter(
        host=integration.hostname,
        company_name=integration.company_name.casefold(),
        username=integration.username.casefold(),
    ).first()
    again = f"then: seatbridge integration authenticate {integration.pk}"
    if user is not None and user.refused_at is not None:
        yield (
            f"BMS refused the sign-in of {integration.username} on {user.refused_at:%d %b %Y at %H:%M} UTC",
            f"Correct the password: seatbridge integration password {integration.pk}, {again}",
        )
    elif integration.authenticated_at is None:
        yield "never authenticated", again.removeprefix("then: ")


def _ledger(partner: Partner) -> Check:
    found = verify(partner.pk)
    if isinstance(found, Verified):
        return Check(f"History of {partner.name}", f"{found.entries:,} entries, none altered")
    return Check(
        f"History of {partner.name}",
        f"broken at entry {found.seq}: {found.what}",
        "Compare the database with your backup before anything is written.",
    )
