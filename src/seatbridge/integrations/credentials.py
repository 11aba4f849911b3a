"""The sealed password of an integration: sealed in its place, opened only to sign in."""

from datetime import date

from django.db import transaction

from seatbridge.config.settings import Settings
from seatbridge.integrations.changing import SettingRefused, tell
from seatbridge.integrations.models import Integration
from seatbridge.kit.sealed import Place, Seal, SealBroken
from seatbridge.kit.secret import Secret
from seatbridge.psa.errors import NeedsCredentials
from seatbridge.psa.kaseya_bms.signing_in import Credentials


def credentials(integration: Integration, seal: Seal) -> Credentials:
    """Raises NeedsCredentials where the sealed text was altered, moved, or its key is gone."""
    try:
        totp = integration.sealed_totp
        return Credentials(
            host=integration.hostname,
            company_name=integration.company_name,
            username=integration.username,
            password=seal.open(integration.sealed_password, _place(integration, "password")),
            totp_secret=seal.open(totp, _place(integration, "totp")) if totp else None,
        )
    except SealBroken as broken:
        raise NeedsCredentials(
            f"The password of integration {integration.pk} cannot be opened.",
            why=str(broken),
            fix="Set the password again, or put the missing seal key back.",
        ) from broken


def seal_secrets(integration: Integration, seal: Seal, password: Secret, totp: Secret) -> None:
    """Fills the two sealed fields; saving them is the caller's."""
    integration.sealed_password = seal.seal(password, _place(integration, "password"))
    integration.sealed_totp = seal.seal(totp, _place(integration, "totp")) if totp.reveal() else ""


def set_password(
    integration: Integration,
    password: Secret,
    settings: Settings,
    *,
    actor: str,
    totp: Secret | None = None,
    set_on: date | None = None,
) -> None:
    """With it machines may sign in again. `totp` None keeps the secret, an empty one drops it."""
    if not password.reveal():
        raise SettingRefused("The password is empty.", "password")
    with transaction.atomic():
        row = Integration.objects.select_for_update().get(pk=integration.pk)
        kept = _kept_totp(row, settings.seal) if totp is None else totp
        seal_secrets(row, settings.seal, password, kept)
        row.password_set_on = set_on
        row.save(update_fields=["sealed_password", "sealed_totp", "password_set_on"])
        tell(row, "integration.password-set", actor, {"username": row.username, "password_set_on": set_on})
    integration.refresh_from_db(fields=["sealed_password", "sealed_totp", "password_set_on"])


def _kept_totp(integration: Integration, seal: Seal) -> Secret:
    if not integration.sealed_totp:
        return Secret("")
    try:
        return seal.open(integration.sealed_totp, _place(integration, "totp"))
    except SealBroken as broken:
        raise SettingRefused(f"Enter the TOTP secret again as well. {broken}", "totp") from broken


def _place(integration: Integration, field: str) -> Place:
    return Place(integration.partner_id, integration.pk, field)
