"""Who confirms a mapping is shown its first write, and has approved it: nothing is asked a second time."""

import pytest

from seatbridge.catalog.refreshing import refresh
from seatbridge.mappings.choosing import first_write
from seatbridge.mappings.confirming import Confirmed, Moments, confirm_mapping
from seatbridge.mappings.models import CompanyMapping
from seatbridge.usage.models import Company
from tests.support.story import ALICE, ZONE, Settle, Story
from tests.support.story_world import Client

NORTHWIND = Client("northwind", {"standard": 12}, {"standard": 14}, is_mapped=False)
CONTOSO = Client("contoso", {"standard": 200})


@pytest.fixture
def story(settle: Settle) -> Story:
    """Northwind is new: nothing was written, invoiced or stated of its line, so its units are not known."""
    story = settle([NORTHWIND, CONTOSO])
    story.memory("northwind").delete()
    with story.open_bms(story.integration) as bms:
        refresh(story.integration, bms, story.time.now)
    assert story.sync().status("northwind") == "skipped:unmapped-company"
    return story


def confirm(story: Story) -> Confirmed:
    company = Company.objects.get(partner=story.integration.partner, ref="northwind")
    at = Moments(story.time.now, story.time.now.astimezone(ZONE))
    seen = first_write(story.integration, company, at.billing_now).seal
    places = story.places
    return confirm_mapping(
        story.integration,
        company,
        places.account("northwind"),
        places.contract("northwind"),
        seen=seen,
        actor=ALICE,
        at=at,
    )


def test_it_is_written_by_the_next_sync_though_nobody_knows_what_stood_there(story: Story) -> None:
    assert confirm(story).approved
    ran = story.sync()
    assert ran.status("northwind") == "synced-with-warning"
    assert (story.units("northwind"), len(ran.writes)) == (14, 1)
    assert story.sync().status("northwind") == "no-change"


def test_a_count_that_moved_far_since_is_asked_about(story: Story) -> None:
    confirm(story)
    story.count("northwind", standard=25)
    ran = story.sync()
    assert (ran.status("northwind"), ran.writes) == ("current-units-unknown", [])


def test_what_was_seen_goes_with_the_mapping_to_no_other_contract(story: Story) -> None:
    confirm(story)
    row = CompanyMapping.objects.get(company__ref="northwind")
    assert row.first_write_units == {"standard": 14}
    company = row.company
    at = Moments(story.time.now, story.time.now.astimezone(ZONE))
    other = (story.places.account("contoso"), story.places.contract("contoso"))
    confirm_mapping(story.integration, company, *other, seen="", actor=ALICE, at=at)
    row.refresh_from_db()
    assert (row.first_write_units, row.first_write_approved_at) == ({}, None)
