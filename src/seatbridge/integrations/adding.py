"""A new integration: the host checked, the password sealed before its row is ever readable."""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from seatbridge.config.settings import Settings
from seatbridge.integrations.changing import SettingRefused, SettingTaken, change, tell
from seatbridge.integrations.credentials import seal_secrets, set_password
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
    partner: Partner, form: ConnectionForm, settings: Settings, *, actor: str, draft: bool = False
) -> tuple[Integration, list[str]]:
    """Adds it switched off, and tells what was read differently from what was typed.

    `draft`: it is not saved yet by whoever types. Nothing is sent to BMS. Raises SettingRefused.
    """
    host, said = _allowed_host(form.hostname, settings)
    company_name, username = _filled(form.company_name, "company_name"), _filled(form.username, "username")
    if not form.password.reveal():
        raise SettingRefused("The password is empty.", "password")
    with transaction.atomic():
        _refuse_second(partner, host, company_name)
        integration = Integration.objects.create(
            partner=partner,
            hostname=host,
            company_name=company_name,
            username=username,
            password_set_on=form.password_set_on,
            is_draft=draft,
        )
        seal_secrets(integration, settings.seal, form.password, form.totp)
        integration.save(update_fields=["sealed_password", "sealed_totp"])
        facts = {"psa": integration.psa, "hostname": host, "company_name": company_name, "username": username}
        tell(integration, "integration.added", actor, facts)
    return integration, [said] if said else []


def change_connection(
    integration: Integration, form: ConnectionForm, settings: Settings, *, actor: str, movable: bool
) -> list[str]:
    """Another user or password; another BMS company only while `movable`. Tells what was read differently.

    An empty password, or an empty TOTP secret, keeps the stored one. Nothing is sent. Raises SettingRefused.
    """
    host, said = _allowed_host(form.hostname, settings)
    company_name, username = _filled(form.company_name, "company_name"), _filled(form.username, "username")
    moved = (host, company_name) != (integration.hostname, integration.company_name)
    if moved and not movable:
        raise SettingRefused(
            "A sync has run with this BMS company, so host and company name stay. "
            "Connect the other BMS company as an integration of its own.",
            "hostname" if host != integration.hostname else "company_name",
        )
    if host != integration.hostname and not form.password.reveal():
        raise SettingRefused(
            "Type the password as well: it would be sent to another host than before.", "password"
        )
    new: dict[str, object] = {"hostname": host, "company_name": company_name, "username": username}
    with transaction.atomic():
        if moved:
            _refuse_second(integration.partner, host, company_name, but=integration.pk)
        if moved or username != integration.username or form.password.reveal():
            new |= {"authenticated_at": None, "bms_business_name": "", "bms_user": ""}
        change(integration, "integration.connection-set", actor, new)
        if form.password.reveal():
            totp = form.totp if form.totp.reveal() else None
            set_on = form.password_set_on
            set_password(integration, form.password, settings, actor=actor, totp=totp, set_on=set_on)
        elif form.totp.reveal():
            raise SettingRefused(
                "Enter the password as well: it and the TOTP secret are stored together.", "password"
            )
        else:
            change(
                integration, "integration.connection-set", actor, {"password_set_on": form.password_set_on}
            )
    return [said] if said else []


def keep_draft(integration: Integration, *, actor: str) -> bool:
    """Whoever typed it saves it: the rest can be set now."""
    return change(integration, "integration.saved", actor, {"is_draft": False})


def _allowed_host(typed: str, settings: Settings) -> tuple[str, str]:
    try:
        host, said = clean_hostname(typed)
        settings.psa_hosts.base_url(host)
    except HostRefused as refused:
        raise SettingRefused(f"{refused.what} {refused.fix}".strip(), "hostname") from refused
    return host, said


_CALLED = {"company_name": "company name", "username": "user name"}


def _filled(typed: str, field: str) -> str:
    text, what = typed.strip(), _CALLED[field]
    if not text:
        raise SettingRefused(f"The {what} is empty.", field)
    if len(text) > 200 or not text.isprintable():
        raise SettingRefused(
            f"The {what} is longer than 200 characters, or holds signs that cannot be shown.", field
        )
    return text


def _refuse_second(partner: Partner, host: str, company_name: str, but: int = 0) -> None:
    """Two integrations on one BMS company would each put right what the other wrote."""
    same = (
        Integration.objects.filter(partner=partner, hostname=host, company_name__iexact=company_name)
        .exclude(pk=but)
        .first()
    )
    if same is not None:
        raise SettingTaken(f"Integration {same.pk} writes to {company_name} on {host} already.")
