from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bms_simulator import sample
from bms_simulator.knobs import Knobs
from bms_simulator.records import Account
from bms_simulator.simulator import Simulator
from seatbridge.catalog import finding
from seatbridge.catalog.models import SeenAccount, SeenContract
from seatbridge.catalog.refreshing import Refreshed, refresh
from seatbridge.integrations.models import Integration
from seatbridge.kit.clock import Clock
from seatbridge.kit.secret import Secret
from seatbridge.partners.models import Partner
from seatbridge.psa.errors import PsaError
from seatbridge.psa.kaseya_bms import calls
from seatbridge.psa.kaseya_bms.client import Bms, open_bms
from seatbridge.psa.kaseya_bms.signing_in import Credentials
from tests.in_process import transport_to

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def simulator() -> Simulator:
    return Simulator(sample.sample_world(250, Knobs(), NOW.date()), lambda: NOW)


@pytest.fixture
def bms(simulator: Simulator) -> Iterator[Bms]:
    signing = Credentials("bms.kaseya.com", "Northgate IT", sample.USERNAME, Secret(sample.PASSWORD))
    clock = Clock(real_now=lambda: NOW, sleep=lambda _: None)
    with open_bms(signing, "https://api.bms.kaseya.com", clock, transport=transport_to(simulator)) as bms:
        yield bms


@pytest.fixture
def integration(northgate: Partner) -> Integration:
    return Integration.objects.create(
        partner=northgate, hostname="bms.kaseya.com", company_name="Northgate IT"
    )


def test_a_refresh_reads_one_page_for_each_hundred(integration: Integration, bms: Bms) -> None:
    assert refresh(integration, bms, NOW) == Refreshed(accounts=250, contracts=250, services=3)
    assert [bms.calls[each] for each in (calls.ACCOUNTS, calls.CONTRACTS, calls.SERVICES)] == [3, 3, 1]
    assert finding.refreshed_at(integration) == NOW


def test_what_was_refreshed_is_found_by_id_and_by_name(integration: Integration, bms: Bms) -> None:
    assert finding.refreshed_at(integration) is None
    refresh(integration, bms, NOW)
    (service,) = finding.services_named(integration, "boss adv")
    assert (service.service_id, service.unit_price) == (502, Decimal("7.50"))
    assert finding.service_names(integration, [502]) == {502: "Password Boss Advanced"}
    account = finding.account(integration, 7)
    contract = finding.contract(integration, 7)
    assert account is not None
    assert contract is not None
    assert finding.contracts_of(integration, account.name) == [contract]
    assert len(finding.account_names(integration)) == 250
    assert account in finding.accounts_named(integration, account.name[:5], most=250)


def test_a_second_refresh_follows_names_and_flags_what_is_gone(
    integration: Integration, bms: Bms, simulator: Simulator
) -> None:
    world = simulator.world
    world.accounts[999] = Account(999, "Without a contract")
    refresh(integration, bms, NOW)
    world.accounts[7] = replace(world.accounts[7], name="Fulton Freight & Logistics")
    del world.accounts[999]
    refresh(integration, bms, NOW)
    assert finding.account_names(integration, [7]) == {7: "Fulton Freight & Logistics"}
    assert list(SeenAccount.objects.filter(gone=True).values_list("account_id", flat=True)) == [999]
    assert finding.accounts_named(integration, "without a contract") == []


def test_a_refresh_that_fails_half_way_keeps_what_was_known(
    integration: Integration, bms: Bms, simulator: Simulator
) -> None:
    refresh(integration, bms, NOW)
    simulator.arm(calls.SERVICES, "success-false", times=50)
    with pytest.raises(PsaError):
        refresh(integration, bms, NOW)
    assert not SeenContract.objects.filter(gone=True).exists()


def test_another_integration_sees_nothing_of_it(integration: Integration, bms: Bms, contoso: Partner) -> None:
    refresh(integration, bms, NOW)
    other = Integration.objects.create(partner=contoso, hostname="bms.kaseya.com", company_name="Contoso")
    assert finding.account_names(other) == {}
    assert finding.services_named(other, "") == []
