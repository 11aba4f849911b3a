from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from django.db import connection

from seatbridge.integrations.adding import add_integration
from seatbridge.integrations.models import Integration
from seatbridge.integrations.opening import open_bms_for
from seatbridge.kit.clock import Clock
from seatbridge.partners.models import Partner
from seatbridge.psa.errors import NeedsCredentials
from tests.integration.integrations.conftest import SignInDesk, form
from tests.with_django import SETTINGS


@pytest.mark.django_db(transaction=True)
def test_processes_that_start_at_once_with_a_wrong_password_cost_one_sign_in(
    northgate: Partner, contoso: Partner, desk: SignInDesk
) -> None:
    clock = Clock(sleep=lambda _: sleep(0.05))  # the product's polling, twenty times as fast
    integrations = [
        add_integration(partner, form("wrong"), SETTINGS, actor="Alice")[0]
        for partner in (northgate, contoso)
    ] * 2

    def sign_in(integration: Integration) -> str:
        try:
            with open_bms_for(integration, SETTINGS, clock, transport=desk.transport()) as bms:
                bms.sign_in()
        except NeedsCredentials as error:
            return error.what
        finally:
            connection.close()
        return "signed in"

    with ThreadPoolExecutor(len(integrations)) as pool:
        said = list(pool.map(sign_in, integrations))
    assert desk.sign_ins == 1
    assert len(said) == 4
    assert "signed in" not in said
