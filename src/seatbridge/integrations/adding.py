"""A new integration: the host checked, the password sealed before its row is ever readable."""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from seatbridge.config.settings import Settings
from seatbridge.integrations.changing import SettingRefused, tell
from seatbridge.integrations.credentials import seal_secrets
from seatbridge.integrations.models import Integration
from seatbridge.kit.hosts import HostRefused, clean_hostname
from seatbridge.kit.secret import Secret
from seatbridge.partners.models import Partner


@dataclass(frozen=True, slots=True)
class ConnectionForm:
    """What a person types to reach a BMS company."""

    hostname: str
    company_name: str
    username: str
    password: Secret
    totp: Secret = field(default_factory=lambda: Secret(""))
    password_set_on: date | None = None


def add_integration(
    partner: Partner, form: ConnectionForm, settings: Settings, *, actor: str
) -> tuple[Integration, list[str]]:
    """Adds it switched off, and tells what was read differently from what was typed.

    Nothing is sent to BMS. Raises SettingRefused.
    """
    host, said = _allowed_host(form.hostname, settings)
    company_name, username = _filled(form.company_name, "company name"), _filled(form.username, "user name")
    if not form.password.reveal():
        raise SettingRefused("The password is empty.")
    with transaction.atomic():
        _refuse_second(partner, host, company_name)
        integration = Integration.objects.create(
            partner=partner,
            hostname=host,
            company_name=company_name,
            username=username,
            password_set_on=form.password_set_on,
        )
        seal_secrets(integration, settings.seal, form.password, form.totp)
        integration.save(update_fields=["sealed_password", "sealed_totp"])
        facts = {"psa": integration.psa, "hostname": host, "company_name": company_name, "username": username}
        tell(integration, "integration.added", actor, facts)
    return integration, [said] if said else []


def _allowed_host(typed: str, settings: Settings) -> tuple[str, str]:
    try:
        host, said = clean_hostname(typed)
        settings.psa_hosts.base_url(host)
    except HostRefused as refused:
        raise SettingRefused(f"{refused.what} {refused.fix}".strip()) from refused
    return host, said


def _filled(typed: str, what: str) -> str:
    text = typed.strip()
    if not text:
        raise SettingRefused(f"The {what} is empty.")
    if len(text) > 200 or not text.isprintable():
        raise SettingRefused(
            f"The {what} is longer than 200 characters, or holds signs that cannot be shown."
        )
    return text


def _refuse_second(partner: Partner, host: str, company_name: str) -> None:
    """Two integrations on one BMS company would each put right what the other wrote."""
    same = Integration.objects.filter(
        partner=partner, hostname=host, company_name__iexact=company_name
    ).first()
    if same is not None:
        raise SettingRefused(f"Integration {same.pk} writes to {company_name} on {host} already.")
