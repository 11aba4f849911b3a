from datetime import timedelta

import pytest

from seatbridge.integrations.adding import add_integration
from seatbridge.integrations.authenticating import authenticate
from seatbridge.integrations.credentials import credentials, set_password
from seatbridge.integrations.models import BmsUser, Integration
from seatbridge.integrations.opening import open_bms_for
from seatbridge.integrations.signing_in import LONGEST_TRY, check_may_sign_in, note_signed_in
from seatbridge.kit.secret import Secret
from seatbridge.ledger.exporting import export
from seatbridge.partners.models import Partner
from seatbridge.psa.errors import NeedsCredentials, PsaError, RateLimited, Retriable
from seatbridge.psa.kaseya_bms.signing_in import Credentials
from tests.integration.integrations.conftest import RIGHT, FakeTime, SignInDesk, form
from tests.support.statements import told_statements
from tests.with_django import SETTINGS


def _machine_signs_in(integration: Integration, time: FakeTime, desk: SignInDesk) -> None:
    with open_bms_for(integration, SETTINGS, time.clock(), transport=desk.transport()) as bms:
        bms.sign_in()


def _person_authenticates(integration: Integration, time: FakeTime, desk: SignInDesk) -> str:
    return authenticate(integration, SETTINGS, time.clock(), actor="Alice", transport=desk.transport()).status


@pytest.fixture
def wrong(northgate: Partner) -> Integration:
    return add_integration(northgate, form("wrong"), SETTINGS, actor="Alice")[0]


def test_a_wrong_password_costs_one_sign_in_however_often_a_machine_tries(
    wrong: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    for _ in range(5):
        with pytest.raises(NeedsCredentials):
            _machine_signs_in(wrong, time, desk)
        time.now += timedelta(days=1)
    assert desk.sign_ins == 1


def test_a_refusal_is_told_to_the_ledger(wrong: Integration, time: FakeTime, desk: SignInDesk) -> None:
    with pytest.raises(NeedsCredentials):
        _machine_signs_in(wrong, time, desk)
    assert [entry["event"] for entry in export(wrong.partner_id)][-1] == "integration.sign-in-refused"


def test_a_corrected_password_lets_machines_in_again(
    wrong: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    with pytest.raises(NeedsCredentials):
        _machine_signs_in(wrong, time, desk)
    set_password(wrong, Secret(RIGHT), SETTINGS, actor="Alice")
    _machine_signs_in(wrong, time, desk)
    assert desk.sign_ins == 2


def test_a_person_who_gets_in_with_the_same_password_lets_machines_in_again(
    wrong: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    with pytest.raises(NeedsCredentials):
        _machine_signs_in(wrong, time, desk)
    desk.password = "wrong"
    assert _person_authenticates(wrong, time, desk) == "ok"
    _machine_signs_in(wrong, time, desk)
    assert desk.sign_ins == 3


def test_a_person_has_three_tries_within_half_an_hour(
    wrong: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    seen = []
    for _ in range(5):
        seen.append(_person_authenticates(wrong, time, desk))
        time.now += timedelta(minutes=1)
    assert seen == ["error:credentials"] * 3 + ["error:rate-limited"] * 2
    assert desk.sign_ins == 3
    time.now += timedelta(minutes=25)
    assert _person_authenticates(wrong, time, desk) == "error:credentials"
    assert _person_authenticates(wrong, time, desk) == "error:rate-limited"


def test_two_integrations_of_one_bms_user_share_what_is_remembered(
    northgate: Partner, contoso: Partner, time: FakeTime, desk: SignInDesk
) -> None:
    hers, _ = add_integration(northgate, form("wrong"), SETTINGS, actor="Alice")
    his, _ = add_integration(contoso, form("wrong", "NORTHGATE IT"), SETTINGS, actor="Carol")
    for each in (hers, his):
        with pytest.raises(NeedsCredentials):
            _machine_signs_in(each, time, desk)
    assert desk.sign_ins == 1


def test_a_bms_that_is_down_is_no_refusal(integration: Integration, time: FakeTime, desk: SignInDesk) -> None:
    desk.fails = True
    with pytest.raises(Retriable):
        _machine_signs_in(integration, time, desk)
    desk.fails = False
    _machine_signs_in(integration, time, desk)


def test_a_password_that_never_worked_is_not_sent_to_a_failing_bms_for_ever(
    integration: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    desk.fails = True
    for _ in range(3):
        with pytest.raises(Retriable):
            _machine_signs_in(integration, time, desk)
    before = desk.sign_ins
    with pytest.raises(RateLimited):
        _machine_signs_in(integration, time, desk)
    assert desk.sign_ins == before


def test_a_password_that_worked_may_be_tried_while_bms_fails(
    integration: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    _machine_signs_in(integration, time, desk)
    desk.fails = True
    for _ in range(6):
        with pytest.raises(Retriable) as failed:
            _machine_signs_in(integration, time, desk)
        assert not isinstance(failed.value, RateLimited)


def test_only_one_process_signs_in_at_a_time(
    integration: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    signing = credentials(integration, SETTINGS.seal)
    check_may_sign_in(signing, SETTINGS.seal, time.now, by_person=False)  # another process, under way
    time.while_asleep = lambda: note_signed_in(signing, SETTINGS.seal) if len(time.slept) == 2 else None
    _machine_signs_in(integration, time, desk)
    assert time.slept == [1, 1]


def test_a_process_that_died_while_signing_in_is_waited_for_and_then_passed(
    integration: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    check_may_sign_in(credentials(integration, SETTINGS.seal), SETTINGS.seal, time.now, by_person=False)
    _machine_signs_in(integration, time, desk)
    assert desk.sign_ins == 1
    assert sum(time.slept) == LONGEST_TRY.total_seconds()


def test_with_a_password_that_was_good_nobody_waits(
    integration: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    _machine_signs_in(integration, time, desk)
    check_may_sign_in(credentials(integration, SETTINGS.seal), SETTINGS.seal, time.now, by_person=False)
    _machine_signs_in(integration, time, desk)
    assert time.slept == []


def _three_sign_in(integration: Integration, time: FakeTime, desk: SignInDesk) -> Credentials:
    """With a password that was good before; none of them has ended yet."""
    _machine_signs_in(integration, time, desk)
    signing = credentials(integration, SETTINGS.seal)
    for _ in range(3):
        check_may_sign_in(signing, SETTINGS.seal, time.now, by_person=False)
    return signing


def test_processes_killed_while_signing_in_do_not_lock_the_user(
    integration: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    _three_sign_in(integration, time, desk)
    with pytest.raises(RateLimited):
        _machine_signs_in(integration, time, desk)
    assert sum(time.slept) == LONGEST_TRY.total_seconds(), "until then they may yet be at it"
    assert desk.sign_ins == 1


def test_the_fourth_of_many_processes_that_sign_in_at_once_waits_for_one_of_the_others(
    integration: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    """None of the three has come to nothing."""
    signing = _three_sign_in(integration, time, desk)
    time.while_asleep = lambda: note_signed_in(signing, SETTINGS.seal) if len(time.slept) == 2 else None
    _machine_signs_in(integration, time, desk)
    assert time.slept == [1, 1]


def test_the_password_is_not_among_what_is_remembered(
    wrong: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    with pytest.raises(PsaError):
        _machine_signs_in(wrong, time, desk)
    row = BmsUser.objects.values().get()
    assert "wrong" not in str(row)
    assert row["refused_credentials"]


def test_a_sign_in_that_goes_well_costs_three_statements(
    integration: Integration, time: FakeTime, desk: SignInDesk
) -> None:
    _machine_signs_in(integration, time, desk)
    signing = credentials(integration, SETTINGS.seal)
    with told_statements() as told:
        check_may_sign_in(signing, SETTINGS.seal, time.now, by_person=False)
        note_signed_in(signing, SETTINGS.seal)
    assert len(told) == 3, told
    assert BmsUser.objects.values_list("tries", "trying_since").get() == ([], None)
