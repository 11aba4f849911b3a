"""BMS locks a user for 30 minutes after five bad sign-ins: nothing here may come near that."""

from datetime import timedelta

import pytest

from bms_simulator.records import User
from bms_simulator.wire import RefusedError
from seatbridge.integrations.adding import ConnectionForm, add_integration
from seatbridge.integrations.authenticating import Authenticated, authenticate
from seatbridge.integrations.credentials import set_password
from seatbridge.integrations.switching import enable
from seatbridge.kit.secret import Secret
from seatbridge.ledger.models import LedgerEntry
from seatbridge.partners.adding import add_partner
from seatbridge.psa.errors import NeedsCredentials
from seatbridge.sync.starting import Asked
from seatbridge.sync.syncing import sync
from tests.in_process import transport_to
from tests.support.story import ALICE, HOST, Settle, Story
from tests.support.story_world import COMPANY_NAME, PASSWORD, SIGN_IN, USERNAME, clients

CHANGED = {"username": USERNAME, "password": "changed in BMS", "kind": "api"}


@pytest.fixture
def story(begin: Settle) -> Story:
    """Somebody has changed the password in BMS."""
    return begin(clients(2), users=[CHANGED])


def bad_sign_ins(story: Story) -> int:
    return story.bms.state.sign_ins.refused


def authenticate_by_hand(story: Story) -> Authenticated:
    return authenticate(
        story.integration,
        story.settings,
        story.time.clock(),
        actor=ALICE,
        transport=transport_to(story.bms),
    )


def test_a_wrong_password_costs_one_sign_in_whatever_is_called_how_often(story: Story) -> None:
    for asked in ({}, {"dry_run": True}, {"approve": True}, {"companies": ["client-001"]}) * 3:
        ran = story.sync(**asked)
        assert ran.state == "failed"
        assert ran.run.problem["status"] == "error:credentials"
        story.time.now += timedelta(hours=6)
    assert bad_sign_ins(story) == 1
    assert story.bms.writes == []


def test_what_was_refused_is_said_with_a_cause_and_a_way_out(story: Story) -> None:
    first, second = story.sync().run.problem, story.sync().run.problem
    assert first["cause"].startswith(f"Kaseya BMS refused the sign-in of {USERNAME}")
    assert second["cause"].startswith("No sign-in to Kaseya BMS was tried")
    assert first["fix"]
    assert second["fix"] == (
        "Correct the password, or authenticate once by hand if it is right. Syncs then go on."
    )
    events = LedgerEntry.objects.values_list("event", flat=True)
    assert list(events).count("integration.sign-in-refused") == 1


def test_a_program_that_reads_lists_does_not_try_the_refused_password_again(story: Story) -> None:
    story.sync()
    for _ in range(3):
        with story.open_bms(story.integration) as bms, pytest.raises(NeedsCredentials):
            bms.accounts()
    assert bad_sign_ins(story) == 1


def test_two_integrations_with_one_user_share_one_bad_sign_in(story: Story) -> None:
    other = add_partner("Contoso", "Europe/Berlin")
    form = ConnectionForm(
        hostname=HOST,
        company_name=COMPANY_NAME.upper(),
        username=USERNAME.title(),
        password=Secret(PASSWORD),
    )
    integration, _ = add_integration(other, form, story.settings, actor="carol@contoso.test")
    enable(integration, actor="carol@contoso.test")
    for _ in range(3):
        story.sync()
        run = sync(integration, Asked(actor="carol@contoso.test"), story.around())
        assert run.problem["status"] == "error:credentials"
    assert bad_sign_ins(story) == 1


def test_persons_have_three_tries_within_30_minutes(story: Story) -> None:
    answers = [authenticate_by_hand(story).status for _ in range(6)]
    assert answers == ["error:credentials"] * 3 + ["error:rate-limited"] * 3
    assert bad_sign_ins(story) == 3
    story.time.now += timedelta(minutes=31)
    assert authenticate_by_hand(story).status == "error:credentials"
    assert bad_sign_ins(story) == 4


def test_tries_of_machines_and_persons_are_counted_together(story: Story) -> None:
    story.sync()
    for _ in range(5):
        authenticate_by_hand(story)
        story.sync()
    assert bad_sign_ins(story) == 3


def test_a_new_password_is_tried_once_by_the_next_sync_and_ends_it_all(story: Story) -> None:
    story.sync()
    set_password(story.integration, Secret("changed in BMS"), story.settings, actor=ALICE)
    ran = story.sync()
    assert ran.state == "awaiting-approval"
    assert ran.calls[SIGN_IN] == 1
    assert bad_sign_ins(story) == 1


def test_another_wrong_password_costs_one_more_and_the_first_one_typed_again_is_not_forgiven(
    story: Story,
) -> None:
    story.sync()
    set_password(story.integration, Secret("wrong as well"), story.settings, actor=ALICE)
    for _ in range(3):
        story.sync()
    assert bad_sign_ins(story) == 2
    set_password(story.integration, Secret(PASSWORD), story.settings, actor=ALICE)
    for _ in range(4):
        story.sync()
    assert bad_sign_ins(story) == 3


def test_a_locked_user_is_not_hammered_and_a_person_ends_it(begin: Settle) -> None:
    story = begin(clients(2), users=[{"username": USERNAME, "password": PASSWORD, "kind": "api"}])
    lock_in_a_browser(story)
    before = bad_sign_ins(story)
    for _ in range(8):
        assert story.sync().run.problem["status"] == "error:credentials"
        story.time.now += timedelta(minutes=3)
    assert bad_sign_ins(story) == before + 1
    story.time.now += timedelta(minutes=30)
    assert authenticate_by_hand(story).ok
    assert story.sync().state == "awaiting-approval"


def lock_in_a_browser(story: Story) -> None:
    """Bob tries five passwords on the sign-in page of BMS."""
    tenant = {"grant_type": "password", "tenant": COMPANY_NAME}
    for number in range(5):
        form = {"username": USERNAME, "password": f"guess {number}", "granttype": "password"} | tenant
        with pytest.raises(RefusedError, match="Invalid username or password"):
            story.bms.state.sign_ins.sign_in(form)


def test_a_password_that_expired_during_a_run_is_not_tried_twice(begin: Settle) -> None:
    story = begin(clients(3), token_minutes=1)
    story.sync(approve=True)
    story.bms.world.users[USERNAME] = User(id=1, username=USERNAME, password="expired")
    for _ in range(3):
        assert story.sync().run.problem["status"] == "error:credentials"
    assert bad_sign_ins(story) == 1
