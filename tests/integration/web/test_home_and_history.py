"""Home, a company's page down to the ledger, and History."""

import csv
import json
import re
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from seatbridge.catalog.refreshing import refresh
from seatbridge.integrations.calendars import set_calendar
from seatbridge.integrations.clocks import billing_now
from seatbridge.integrations.schedules import set_schedule
from seatbridge.ledger.models import LedgerEntry
from seatbridge.sync.models import Write
from seatbridge.sync.shown.current import _read
from seatbridge.web.at_home.strip import next_count
from seatbridge.web.history.entry_words import row_of
from seatbridge.web.history.ledger import _harmless
from tests.integration.web.kept_scenes import Keep, own_copy
from tests.integration.web.told import Told, at_most, text_of, told
from tests.support import story
from tests.support.story_world import Client, clients
from tests.with_django import SETTINGS


def _tell(folder: Path) -> Told:
    cast = [
        Client("fabrikam", {"standard": 60}, users={"standard": 22}),
        Client("tailspin", users={"standard": 11}),
        Client("unmapped", is_mapped=False),
        *clients(20),
    ]
    scene = told(story.settled(cast, settings=SETTINGS, folder=folder))
    with scene.story.open_bms(scene.story.integration) as bms:
        refresh(scene.story.integration, bms, scene.story.time.now)
    scene.story.sync()
    return scene


@pytest.fixture(scope="module")
def kept(keep: Keep) -> Told:
    return keep(_tell)


@pytest.fixture
def synced(kept: Told, db: None, tmp_path: Path) -> Told:
    return own_copy(kept, tmp_path)


def test_a_large_drop_is_left_from_its_card_as_well_as_written(synced: Told) -> None:
    html = synced.bill.get("/").content.decode()
    card = html[html.index('id="line-standard-fabrikam"') :].partition("</article>")[0]
    assert "Write 22 units" in card
    form = card[card.index('action="/changes/leave"') :].partition("</form>")[0]
    assert "Leave at 60" in form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert "Left as it is" in text_of(synced.bill.post("/changes/leave", fields, follow=True))
    assert "Leave at 60" not in text_of(synced.bill.get("/"))
    assert synced.carry() is None, "nothing is written"
    unmapped = html[html.index('id="line-standard-unmapped"') :].partition("</article>")[0]
    assert "Leave" not in unmapped
    assert "Leave at" not in text_of(synced.bob.get("/"))


def test_home_says_in_one_sentence_how_things_stand(synced: Told) -> None:
    shown = text_of(synced.bob.get("/"))
    assert "companies need you" in shown
    assert "Next update" in shown
    assert "You post on" in shown
    assert "Password Boss counts on" in shown


def test_a_schedule_that_misses_the_month_end_count_is_said_on_home_and_where_it_is_set(synced: Told) -> None:
    integration = synced.story.integration
    set_calendar(integration, actor="Alice", end_posts_on=15)
    now = billing_now(integration)
    the_day_after = (next_count(now.date()).weekday() + 1) % 7
    for weekday, is_late in ((the_day_after, True), (next_count(now.date()).weekday(), False)):
        set_schedule(integration, actor="Alice", now=now, cadence="weekly", at=time(6), weekday=weekday)
        for path in ("/", f"/integrations/{integration.pk}/"):
            shown = text_of(synced.bill.get(path))
            assert ("when Password Boss counts. The next one" in shown) is is_late, path
            assert ("Change the schedule" in shown) is is_late, path


def test_what_needs_a_person_stands_by_money_with_one_button(synced: Told) -> None:
    shown = text_of(synced.bill.get("/"))
    assert shown.index("Fabrikam: 60 → 22") < shown.index("Unmapped")
    assert "\N{MINUS SIGN}$190.00 / month" in shown
    assert "Write 22 units" in shown
    assert "Write 22 units" not in text_of(synced.bob.get("/"))


def test_a_button_of_home_writes_the_line_and_comes_back(synced: Told) -> None:
    page = synced.bill.get("/")
    card = next(card for card in page.context["cards"] if "Fabrikam" in card.fact)
    answer = synced.bill.post(card.actions[0].url, dict(card.actions[0].fields))
    assert answer.headers["Location"] == "/"
    synced.carry()
    assert synced.story.units("fabrikam") == 22
    assert "Fabrikam 60 → 22" in text_of(synced.bill.get("/"))


def test_the_four_figures(synced: Told) -> None:
    figures = synced.bob.get("/").context["figures"]
    # 60 held, 11 written, 20 others of 10; $5.00 each; 10 users of a company that is not mapped
    assert figures.on_contract == (60 + 11 + 200) * 5
    assert figures.not_billed == 50
    assert figures.vendor_charge == (22 + 11 + 200 + 10) * 3
    assert figures.not_billed_companies == 1


def test_a_companys_page_answers_why_down_to_the_ledger(synced: Told) -> None:
    shown = text_of(synced.bob.get("/company/tailspin"))
    assert "Tailspin monthly" in shown
    assert "10 → 11" in shown
    why = text_of(synced.bob.get(f"/why/{synced.story.integration.pk}/standard/tailspin"))
    for said in ("1. Counted: 11", "Tailspin monthly", "Written and read back", "alice@northgate.test"):
        assert said in why


def test_why_is_nobody_elses_business(synced: Told) -> None:
    number = synced.story.integration.pk
    assert synced.carol.get(f"/why/{number}/standard/tailspin").status_code == 404
    assert synced.bob.get(f"/why/{number}/gold/tailspin").status_code == 404
    assert synced.bob.get(f"/why/{number}/standard/nobody").status_code == 404
    assert synced.carol.get("/history/").context["rows"] == []
    assert synced.carol.get("/history/changes/?what=everything").context["rows"] == []
    assert b"tailspin" not in b"".join(
        synced.carol.get("/history/changes.csv?what=everything").streaming_content
    )


def test_history_lists_runs_and_shows_one(synced: Told) -> None:
    shown = text_of(synced.bob.get("/history/"))
    assert "Done, and something needs you" in shown
    for only in ("written", "failed", "waiting", "previews", "nonsense"):
        assert synced.bob.get(f"/history/?only={only}").status_code == 200
    run = synced.bob.get("/history/").context["rows"][0].run
    assert "60 → 22" in text_of(synced.bob.get(f"/runs/{run.pk}/"))


@pytest.mark.parametrize("search", ["tailspin", "7002", "alice write", "CONFIRMED"])
def test_the_change_history_is_found_by_company_contract_and_person(synced: Told, search: str) -> None:
    shown = text_of(synced.bob.get("/history/changes/", {"search": search}))
    assert "Tailspin" in shown
    assert "No entry fits" in text_of(synced.bob.get("/history/changes/?search=zzz"))


def test_a_write_is_one_entry_among_writes_but_while_its_result_is_out(synced: Told) -> None:
    def titles(query: str = "") -> list[str]:
        return [row.title for row in synced.bob.get(f"/history/changes/{query}").context["rows"]]

    assert "Written and read back" in titles()
    assert "Set out to write" not in titles()
    assert "Set out to write" in titles("?what=everything")
    assert b"write.intended" in b"".join(synced.bob.get("/history/changes.csv").streaming_content)
    Write.objects.update(state=Write.State.INTENDED)
    assert "Set out to write" in titles()


def test_a_write_dated_ahead_says_that_its_day_has_come(synced: Told) -> None:
    entry = LedgerEntry.objects.filter(event="write.confirmed").first()
    assert entry is not None
    entry.event = "write.scheduled"
    on = date.fromisoformat(json.loads(entry.data)["effective_date"])
    assert row_of(entry, {}, on - timedelta(days=1)).title == "Written, takes effect on its day"
    assert row_of(entry, {}, on).title == "Written ahead, its day has come"


def test_the_change_history_comes_page_by_page_and_as_a_file(synced: Told) -> None:
    for number in range(35):
        synced.story.count("tailspin", standard=12 + number % 2)
        synced.story.sync(dry_run=True)
    first = synced.bob.get("/history/changes/?what=everything")
    older = synced.bob.get(f"/history/changes/?what=everything&before={first.context['next_before']}")
    shown = {row.entry.seq for row in first.context["rows"]}
    assert shown.isdisjoint({row.entry.seq for row in older.context["rows"]})
    text = b"".join(synced.bob.get("/history/changes.csv").streaming_content).decode()
    rows = list(csv.DictReader(text.splitlines()))
    confirmed = [row for row in rows if row["event"] == "write.confirmed"]
    assert [(row["companies"], row["units_before"], row["units"]) for row in confirmed] == [
        ("tailspin", "10", "11")
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_spreadsheet_takes_no_name_for_a_formula(name: str) -> None:
    assert _harmless(name) == f"'{name}"
    assert _harmless(-1) == -1


def test_pages_of_one_company_stay_within_their_queries(synced: Told) -> None:
    for url in ("/company/tailspin", f"/why/{synced.story.integration.pk}/standard/tailspin"):
        _read.cache_clear()
        with at_most():
            assert synced.bob.get(url).status_code == 200
