from seatbridge.integrations.authenticating import authenticate
from seatbridge.integrations.models import Integration
from tests.integration.integrations.conftest import FakeTime, SignInDesk
from tests.with_django import SETTINGS


def test_authenticate_says_who_we_are(integration: Integration, time: FakeTime, desk: SignInDesk) -> None:
    answer = authenticate(integration, SETTINGS, time.clock(), actor="Alice", transport=desk.transport())
    assert answer.ok
    assert answer.cause == "Signed in to Northgate IT as Seatbridge API."
    integration.refresh_from_db()
    assert (integration.bms_business_name, integration.authenticated_at) == ("Northgate IT", time.now)
    assert integration.currency == "CAD"
    assert desk.sign_ins == 1


def test_missing_rights_are_named(integration: Integration, time: FakeTime, desk: SignInDesk) -> None:
    desk.denied = frozenset({"/finance/contracts/"})
    answer = authenticate(integration, SETTINGS, time.clock(), actor="Alice", transport=desk.transport())
    assert (answer.ok, answer.status) == (False, "error:permission")
    assert answer.missing_rights == ("Finance > Contracts",)


def test_a_refusal_comes_with_what_to_do(integration: Integration, time: FakeTime, desk: SignInDesk) -> None:
    desk.password = "another"
    answer = authenticate(integration, SETTINGS, time.clock(), actor="Alice", transport=desk.transport())
    assert (answer.ok, answer.status) == (False, "error:credentials")
    assert answer.fix
    integration.refresh_from_db()
    assert integration.authenticated_at is None


def test_a_host_that_the_operator_took_off_the_list_is_not_called(
    integration: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    integration.hostname = "bms.fabrikam.test"
    answer = authenticate(integration, SETTINGS, time.clock(), actor="Alice", transport=desk.transport())
    assert (answer.ok, answer.status) == (False, "error:psa-rejected")
    assert "SEATBRIDGE_PSA_HOSTS" in answer.fix
    assert desk.sign_ins == 0


def test_a_password_that_cannot_be_opened_asks_for_it_again(
    integration: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    integration.sealed_password = "gone.AAAA"
    answer = authenticate(integration, SETTINGS, time.clock(), actor="Alice", transport=desk.transport())
    assert (answer.ok, answer.status) == (False, "error:credentials")
    assert desk.sign_ins == 0
