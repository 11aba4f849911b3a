"""Reminders: once each, to who may decide, whatever the mail server does; and the link that approves."""

import re
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core import mail, signing
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client as Browser
from django.test import override_settings

from seatbridge.kit.clock import Clock
from seatbridge.ledger.models import LedgerEntry
from seatbridge.partners.models import Member
from seatbridge.partners.roles import Role
from seatbridge.reminders.links import key_of
from seatbridge.reminders.mailing import send_reminders
from seatbridge.reminders.models import Reminder
from seatbridge.reminders.noticing import note_reminders
from seatbridge.sync.models import SyncRun
from tests.integration.web.told import Told, text_of, told
from tests.support import story
from tests.support.cast import person
from tests.support.story import Settle
from tests.support.story_world import Client, clients
from tests.with_django import SETTINGS

DROP = Client("fabrikam", {"standard": 60}, users={"standard": 22})
RISES = Client("tailspin", {"standard": 30}, users={"standard": 12})
THURSDAY, MONDAY, TUESDAY = date(2026, 11, 26), date(2026, 11, 30), date(2026, 12, 1)


@pytest.fixture
def settle(db: None, tmp_path: Path) -> Settle:
    return partial(story.settled, settings=SETTINGS, folder=tmp_path)


@pytest.fixture(autouse=True)
def public() -> Iterator[None]:
    with override_settings(PUBLIC_URL="https://seatbridge.test"):
        yield


@dataclass
class Scene:
    told: Told
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = self.told.story.time.clock()

    def at(self, day: date, hour: int = 9) -> None:
        self.told.story.day(day, time(hour))

    def remind(self) -> list[mail.EmailMessage]:
        before = len(mail.outbox)
        note_reminders(self.clock)
        send_reminders(self.clock)
        return mail.outbox[before:]


@pytest.fixture
def scene(settle: Settle) -> Scene:
    """Two large drops wait; post on Tuesday 1 December."""
    made = settle([DROP, RISES, *clients(20, 20)])
    made.sync()
    return Scene(told(made))


def link_in(sent: mail.EmailMessage) -> str:
    found = re.search(r"https://seatbridge\.test(/decide/\S+)", str(sent.body))
    assert found is not None, sent.body
    return found[1]


def to(sent: list[mail.EmailMessage]) -> list[str]:
    return sorted(message.to[0].rpartition("<")[2].rstrip(">") for message in sent)


def reminder_of(email: str) -> Reminder:
    return Reminder.objects.get(user__email=email)


class TestOnceEach:
    def test_nobody_is_reminded_before_the_morning_of_the_third_working_day(self, scene: Scene) -> None:
        assert scene.remind() == []
        scene.at(THURSDAY, 7)
        assert scene.remind() == []

    def test_who_may_decide_is_reminded_with_lines_money_and_deadline(self, scene: Scene) -> None:
        scene.at(THURSDAY)
        sent = scene.remind()
        assert to(sent) == ["alice@northgate.example", "bill@northgate.example"]
        body = str(sent[0].body)
        assert "2 lines of Northgate IT wait for a decision, $280.00 a month at stake." in body
        assert "Decide before Tue 1 Dec 2026: that is when you post, in 3 working days." in body
        assert "- Fabrikam, Standard: 60 → 22 units, \N{MINUS SIGN}$190.00 a month" in body
        assert "If 22 is right, waiting invoices $190.00 a month too much" in body
        assert body.index("Fabrikam") < body.index("Tailspin"), "the most money first"
        assert sent[0].subject == "Northgate IT: 2 lines to decide before you post on Tue 1 Dec"

    def test_each_of_the_two_comes_once_however_often_somebody_looks(self, scene: Scene) -> None:
        counts = []
        for day, hour in ((THURSDAY, 9), (THURSDAY, 17), (date(2026, 11, 28), 9), (MONDAY, 8), (MONDAY, 20)):
            scene.at(day, hour)
            counts.append(len(scene.remind()) + len(scene.remind()))
        assert counts == [2, 0, 0, 2, 0]
        scene.at(TUESDAY, 1)
        assert scene.remind() == []

    def test_where_nothing_ran_the_nearer_one_takes_the_place_of_both(self, scene: Scene) -> None:
        scene.at(MONDAY, 12)
        assert len(scene.remind()) == 2
        assert set(Reminder.objects.values_list("days_before", flat=True)) == {1}

    def test_what_was_decided_is_not_reminded_of(self, scene: Scene) -> None:
        run = SyncRun.objects.latest("pk")
        form = {"run": run.pk, "digest": run.plan_digest, "line": ["fabrikam/standard", "tailspin/standard"]}
        scene.told.bill.post("/changes/leave", form)
        scene.at(THURSDAY)
        assert scene.remind() == []

    def test_a_line_that_waits_only_since_then_is_in_the_next_reminder(self, scene: Scene) -> None:
        scene.at(THURSDAY)
        scene.remind()
        scene.told.story.count("client-001", standard=4)
        scene.told.story.sync()
        assert scene.remind() == []
        scene.at(MONDAY)
        assert "3 lines of Northgate IT" in str(scene.remind()[0].body)

    def test_another_partner_hears_nothing(self, scene: Scene) -> None:
        scene.at(THURSDAY)
        assert not [each for each in to(scene.remind()) if "contoso" in each]


class Away(EmailBackend):
    """A mail server that is away, or that is lost in the middle."""

    error: type[Exception] = ConnectionRefusedError

    def send_messages(self, _messages: Any) -> int:
        raise self.error


class Lost(Away):
    error = smtplib.SMTPServerDisconnected


@pytest.mark.parametrize("kind", ["Away", "Lost"])
def test_an_outage_loses_and_doubles_nothing(scene: Scene, kind: str) -> None:
    scene.at(THURSDAY)
    with override_settings(EMAIL_BACKEND=f"{__name__}.{kind}"):
        for _ in range(3):
            assert scene.remind() == []
            scene.told.story.time.now += timedelta(minutes=6)
    assert not Reminder.objects.exclude(sent_at=None).exists()
    assert len(scene.remind()) == 2
    scene.told.story.time.now += timedelta(minutes=30)
    assert scene.remind() == []
    assert Reminder.objects.filter(tries=4).count() == 2


def test_who_left_or_may_only_look_by_now_gets_no_late_mail(scene: Scene) -> None:
    scene.at(THURSDAY)
    with override_settings(EMAIL_BACKEND=f"{__name__}.Away"):
        scene.remind()
    Member.objects.filter(user__email="bill@northgate.example").update(role=Role.VIEWER)
    scene.told.story.time.now += timedelta(minutes=6)
    assert to(scene.remind()) == ["alice@northgate.example"]


def test_who_died_while_sending_has_it_sent_again_under_the_same_message_id(scene: Scene) -> None:
    scene.at(THURSDAY)
    sent = scene.remind()
    Reminder.objects.update(sent_at=None)  # the process died after the mail, before it could say so
    assert scene.remind() == [], "for ten minutes it is taken for under way"
    scene.told.story.time.now += timedelta(minutes=11)
    again = scene.remind()
    ids = {message.extra_headers["Message-ID"] for message in sent}
    assert {message.extra_headers["Message-ID"] for message in again} == ids
    assert len(ids) == 2


def test_what_could_not_be_sent_by_the_deadline_is_not_sent_after_it(scene: Scene) -> None:
    scene.at(MONDAY)
    with override_settings(EMAIL_BACKEND=f"{__name__}.Away"):
        scene.remind()
    scene.at(TUESDAY, 1)
    assert scene.remind() == []


class TestTheLink:
    @pytest.fixture
    def link(self, scene: Scene) -> str:
        scene.at(THURSDAY)
        sent = scene.remind()
        # The pages' clock is the real one: the deadline is moved to where it is ahead of that.
        Reminder.objects.update(expires_at=Clock().now() + timedelta(days=3))
        return next(link_in(each) for each in sent if "bill@" in each.to[0])

    def test_sign_in_is_still_asked_for(self, link: str) -> None:
        answer = Browser().get(link)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/sign-in/")

    def test_looking_at_it_approves_nothing(self, scene: Scene, link: str) -> None:
        shown = text_of(scene.told.bill.get(link))
        assert "Fabrikam" in shown
        assert "60 → 22" in shown
        assert scene.told.carry() is None

    def test_it_approves_what_the_mail_told_once(self, scene: Scene, link: str) -> None:
        assert "Approved" in text_of(scene.told.bill.post(link, follow=True))
        run = scene.told.carry()
        assert run is not None
        assert run.actor == "bill@northgate.example"
        assert [scene.told.story.units(ref) for ref in ("fabrikam", "tailspin")] == [22, 12]
        assert scene.told.bill.get(link).status_code == 410
        assert "used already" in text_of(scene.told.bill.post(link, follow=True))
        assert scene.told.carry() is None
        assert LedgerEntry.objects.filter(event="run.approval-asked").count() == 1

    def test_it_works_on_a_newer_plan_and_leaves_out_what_moved(self, scene: Scene, link: str) -> None:
        scene.told.story.count("fabrikam", standard=20)
        scene.told.story.sync()
        shown = text_of(scene.told.bill.get(link))
        assert "Fabrikam: the count moved from 22 to 20" in shown
        scene.told.bill.post(link)
        scene.told.carry()
        assert [scene.told.story.units(ref) for ref in ("fabrikam", "tailspin")] == [60, 12]

    def test_it_is_of_one_person_and_of_nobody_elses_partner(self, scene: Scene, link: str) -> None:
        for ask in (scene.told.alice, scene.told.carol):
            assert ask.get(link).status_code == 404
            assert ask.post(link).status_code == 404
        assert scene.told.bob.get(link).status_code == 403
        assert scene.told.bob.post(link).status_code == 403
        assert scene.told.carry() is None

    def test_who_may_only_look_by_now_may_not(self, scene: Scene, link: str) -> None:
        Member.objects.filter(user__email="bill@northgate.example").update(role=Role.VIEWER)
        assert scene.told.bill.post(link).status_code == 403
        assert scene.told.carry() is None

    def test_it_ends_with_the_deadline(self, scene: Scene, link: str) -> None:
        Reminder.objects.update(expires_at=Clock().now() - timedelta(seconds=1))
        assert "deadline has passed" in text_of(scene.told.bill.get(link))
        assert scene.told.bill.post(link).status_code == 410
        assert scene.told.carry() is None

    @pytest.mark.usefixtures("link")
    def test_a_forged_one_is_not_there(self, scene: Scene) -> None:
        row = reminder_of("bill@northgate.example")
        forged = signing.dumps([row.pk, row.user_id], salt="another")
        for key in (forged, key_of(row)[:-1] + "x", "x", "1"):
            assert scene.told.bill.get(f"/decide/{key}").status_code == 404

    def test_who_belongs_to_several_partners_is_led_to_the_right_one(self, scene: Scene) -> None:
        partner = scene.told.story.integration.partner
        erin = person("erin@northgate.example", Member.objects.get(user__email__startswith="carol").partner)
        Member.objects.create(partner=partner, user=erin.user, role=Role.BILLING)
        Member.objects.filter(user=erin.user).exclude(partner=partner).update(role=Role.ADMIN)
        scene.at(MONDAY)
        sent = [each for each in scene.remind() if "erin@" in each.to[0]]
        Reminder.objects.update(expires_at=Clock().now() + timedelta(days=3))
        assert "Fabrikam" in text_of(erin.browser.get(link_in(sent[0]), follow=True))
