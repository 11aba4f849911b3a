"""Lines whose units nobody has confirmed: seen with what was invoiced last, taken in bulk, or by file."""

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from seatbridge.ledger.models import LedgerEntry
from seatbridge.partners.roles import Role
from seatbridge.sync.models import LineMemory
from seatbridge.sync.stated.unknown_units import unknown_units
from seatbridge.usage.models import HeldFile
from tests.integration.web.kept_scenes import Keep, own_copy
from tests.integration.web.told import Told, at_most, text_of, told
from tests.support.programs import Program, program
from tests.support.story import begun
from tests.support.story_world import Client, clients
from tests.with_django import SETTINGS

NEW = {"start": "2026-11-02"}  # no invoice was made of it yet


def _tell(folder: Path) -> Told:
    """BMS has invoiced October; the first plan was made today, and waits."""
    cast = [
        Client("northwind", {"standard": 20}, users={"standard": 22}),
        Client("contoso", {"standard": 30}, contract=NEW),
        *clients(60),
    ]
    story = begun(cast, today=date(2026, 10, 20), settings=SETTINGS, folder=folder)
    story.day(date(2026, 11, 23))
    story.count_all(story.counts)
    story.sync()
    return told(story)


@pytest.fixture(scope="module")
def kept(keep: Keep) -> Told:
    return keep(_tell)


@pytest.fixture
def month(kept: Told, db: None, tmp_path: Path) -> Told:
    return own_copy(kept, tmp_path)


def here(month: Told) -> str:
    return f"/integrations/{month.story.integration.pk}/units/"


def confirmed(month: Told) -> dict[str, int | None]:
    refs = ("northwind", "contoso", "client-001")
    return {ref: month.story.memory(ref).confirmed_units for ref in refs}


def test_the_last_invoice_is_the_evidence_and_a_viewer_only_looks(month: Told) -> None:
    assert "Of 62 lines nobody has confirmed the units" in text_of(month.bob.get("/changes/"))
    page = month.bob.get(here(month), {"search": "northwind"})
    said = text_of(page)
    assert "All 62" in said
    assert "Not known 1" in said
    assert "Northwind Standard · contract 7001 20 22 +$10.00 / period Invoiced 20 on 1 Oct 2026" in said
    assert "Take those ticked" not in said
    assert "Take those ticked" in text_of(month.bill.get(here(month)))
    assert month.bob.post(f"{here(month)}take", {"do": "all"}).status_code == 403
    unknown = text_of(month.bob.get(here(month), {"only": "unknown"}))
    assert "Contoso" in unknown
    assert "not known" in unknown
    assert "Northwind" not in unknown


def test_all_that_were_invoiced_are_taken_at_once_and_nothing_is_written(month: Told) -> None:
    seal = month.bill.get(here(month)).context["seal"]
    done = text_of(month.bill.post(f"{here(month)}take", {"do": "all", "seal": seal}, follow=True))
    assert "61 lines taken as current" in done
    assert "All 1" in done
    assert confirmed(month) == {"northwind": 20, "contoso": None, "client-001": 10}
    assert LedgerEntry.objects.filter(event="line.units-stated", actor="bill@northgate.example").count() == 61
    assert month.story.bms.writes == []
    again = text_of(month.bill.post(f"{here(month)}take", {"do": "all", "seal": seal}, follow=True))
    assert "Nothing was taken" in again
    line = month.story.sync().line("northwind")
    assert (line["units_before"], line["evidence"]) == (20, "20 confirmed by a person")


def test_those_ticked_are_taken_as_they_were_shown(month: Told) -> None:
    northwind = month.story.places.contract("northwind")
    other = text_of(month.bill.post(f"{here(month)}take", {"line": f"{northwind}/501/19"}, follow=True))
    assert "1 of these 1 lines are not as they were shown" in other
    for junk in ("", "7001/501", "x/y/z", "7001/501/-3"):
        assert "Tick at least one" in text_of(
            month.bill.post(f"{here(month)}take", {"line": junk}, follow=True)
        )
    assert confirmed(month)["northwind"] is None
    month.bill.post(f"{here(month)}take", {"line": f"{northwind}/501/20"})
    assert confirmed(month) == {"northwind": 20, "contoso": None, "client-001": None}


def test_a_file_is_taken_out_filled_in_and_shown_before_it_is_kept(month: Told) -> None:
    text = b"".join(month.bob.get(f"{here(month)}units.csv").streaming_content).decode()
    assert "northwind,standard,20,20,2026-10-01,22,Northwind\r\n" in text
    assert "contoso,standard,,,,30,Contoso\r\n" in text
    refused = month.bill.post(
        f"{here(month)}file", {"file": SimpleUploadedFile("units.csv", text.encode())}, follow=True
    )
    assert refused.status_code == 422
    assert "units is empty" in text_of(refused)
    filled = text.replace("contoso,standard,,", "contoso,standard,28,")
    page = month.bill.post(
        f"{here(month)}file", {"file": SimpleUploadedFile("units.csv", filled.encode())}, follow=True
    )
    said = text_of(page)
    assert "62 lines read, 62 would change" in said
    assert "invoiced 20 on 1 Oct 2026 20 confirmed" in said
    assert confirmed(month)["contoso"] is None
    month.bill.post(f"{here(month)}file", {"held": HeldFile.objects.get().pk})
    assert confirmed(month) == {"northwind": 20, "contoso": 28, "client-001": 10}
    assert unknown_units(month.story.integration) == []
    assert "The units of every line are known." in text_of(month.bob.get(here(month)))


def test_the_list_takes_few_queries(month: Told) -> None:
    month.bob.get(here(month))
    with at_most():
        month.bob.get(here(month))


class TestForPrograms:
    def ask(self, month: Told, role: Role = Role.BILLING) -> tuple[Program, str]:
        integration = month.story.integration
        return program(integration.partner, role), f"/integrations/{integration.pk}/units"

    def test_they_are_listed_by_pages_and_taken_as_shown(self, month: Told) -> None:
        bill, path = self.ask(month)
        first = bill.get(f"{path}?limit=2")
        assert first["items"][0]["companies"] == ["northwind"]
        assert (first["items"][0]["invoiced"], first["items"][0]["count"]) == (20, 22)
        assert first["items"][1]["invoiced"] is None
        rest = bill.get(f"{path}?limit=500&cursor={first['next_cursor']}")
        assert len(rest["items"]) == 60
        line = {name: first["items"][0][name] for name in ("contract_id", "service_id", "invoiced")}
        wrong = {"lines": [line, {**rest["items"][0], "invoiced": 11}]}
        wrong["lines"][1] = {name: wrong["lines"][1][name] for name in line}
        bill.refused(409, "POST", f"{path}/take", wrong)
        assert not LineMemory.objects.filter(confirmed_units__isnull=False).exists()
        assert bill.ok("POST", f"{path}/take", {"lines": [line]}) == {"rows": 1, "changed": 1}
        assert confirmed(month)["northwind"] == 20

    def test_a_file_is_tried_first(self, month: Told) -> None:
        bill, path = self.ask(month)
        text = "company,product,units\ncontoso,standard,28\n"
        tried = bill.ok("POST", f"{path}/import?dry_run=true", text, media_type="text/csv")
        assert (tried["changed"], tried["changes"][0]["before"]) == (1, "not known")
        assert confirmed(month)["contoso"] is None
        bill.ok("POST", f"{path}/import", text, media_type="text/csv")
        assert confirmed(month)["contoso"] == 28
        wrong = bill.refused(
            422, "POST", f"{path}/import", "company,product,units\ncontoso,gold,x\n", media_type="text/csv"
        )
        assert {each["field"] for each in wrong["errors"]} == {"row 2.product", "row 2.units"}
