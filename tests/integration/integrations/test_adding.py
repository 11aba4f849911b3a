from dataclasses import replace

import pytest

from seatbridge.integrations.adding import ConnectionForm, add_integration
from seatbridge.integrations.changing import SettingRefused
from seatbridge.integrations.credentials import credentials, set_password
from seatbridge.integrations.models import Integration
from seatbridge.kit.secret import Secret
from seatbridge.ledger.exporting import export
from seatbridge.partners.models import Partner
from seatbridge.psa.errors import NeedsCredentials
from tests.with_django import SETTINGS

FORM = ConnectionForm(
    hostname="bms.kaseya.com",
    company_name="Northgate IT",
    username="seatbridge",
    password=Secret("correct horse"),
    totp=Secret("JBSWY3DPEHPK3PXP"),
)


def test_a_new_integration_is_off_and_its_secrets_are_sealed(northgate: Partner) -> None:
    integration, said = add_integration(northgate, FORM, SETTINGS, actor="Alice")
    row = Integration.objects.filter(pk=integration.pk).values().get()
    assert said == []
    assert row["enabled"] is False
    assert "correct horse" not in str(row)
    assert "JBSWY3DPEHPK3PXP" not in str(row)
    opened = credentials(integration, SETTINGS.seal)
    assert opened.password.reveal() == "correct horse"
    assert opened.totp_secret is not None
    assert opened.totp_secret.reveal() == "JBSWY3DPEHPK3PXP"
    assert "correct horse" not in repr((opened, FORM))


def test_a_pasted_address_is_cut_to_its_host_and_that_is_said(northgate: Partner) -> None:
    form = replace(FORM, hostname="https://BMS.kaseya.com/login?x=1")
    integration, said = add_integration(northgate, form, SETTINGS, actor="Alice")
    assert integration.hostname == "bms.kaseya.com"
    assert said == ["Only the host was taken from what you typed: bms.kaseya.com."]


@pytest.mark.parametrize(
    "form",
    [
        replace(FORM, hostname="evil.example.com"),
        replace(FORM, hostname="127.0.0.1"),
        replace(FORM, hostname=""),
        replace(FORM, company_name="  "),
        replace(FORM, username="x" * 201),
        replace(FORM, username="a\x00b"),
        replace(FORM, password=Secret("")),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(northgate: Partner, form: ConnectionForm) -> None:
    with pytest.raises(SettingRefused):
        add_integration(northgate, form, SETTINGS, actor="Alice")
    assert not Integration.objects.exists()


def test_a_second_integration_on_the_same_bms_company_is_refused(
    northgate: Partner, contoso: Partner
) -> None:
    add_integration(northgate, FORM, SETTINGS, actor="Alice")
    with pytest.raises(SettingRefused, match="already"):
        add_integration(northgate, replace(FORM, company_name="NORTHGATE it"), SETTINGS, actor="Alice")
    add_integration(contoso, FORM, SETTINGS, actor="Carol")


def test_a_sealed_password_copied_to_another_integration_does_not_open(
    northgate: Partner, contoso: Partner
) -> None:
    hers, _ = add_integration(northgate, FORM, SETTINGS, actor="Alice")
    his, _ = add_integration(contoso, FORM, SETTINGS, actor="Carol")
    his.sealed_password = hers.sealed_password
    with pytest.raises(NeedsCredentials, match="cannot be opened"):
        credentials(his, SETTINGS.seal)


def test_a_new_password_keeps_the_totp_secret_until_told_otherwise(northgate: Partner) -> None:
    integration, _ = add_integration(northgate, FORM, SETTINGS, actor="Alice")
    set_password(integration, Secret("battery staple"), SETTINGS, actor="Alice")
    opened = credentials(integration, SETTINGS.seal)
    assert opened.password.reveal() == "battery staple"
    assert opened.totp_secret is not None
    set_password(integration, Secret("battery staple"), SETTINGS, actor="Alice", totp=Secret(""))
    assert credentials(integration, SETTINGS.seal).totp_secret is None


def test_no_secret_reaches_the_ledger(northgate: Partner) -> None:
    integration, _ = add_integration(northgate, FORM, SETTINGS, actor="Alice")
    set_password(integration, Secret("battery staple"), SETTINGS, actor="Alice")
    told = str(list(export(northgate.id)))
    assert "integration.added" in told
    assert "integration.password-set" in told
    for secret in ("correct horse", "battery staple", "JBSWY3DPEHPK3PXP"):
        assert secret not in told
