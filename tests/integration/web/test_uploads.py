"""Upload counts: a dry run first, then the import, once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from seatbridge.partners.models import Partner
from seatbridge.usage.held_files import Held, hold_file, opened_held, take_held
from seatbridge.usage.models import Company, CountReading, Feed, HeldFile
from seatbridge.usage.previewing import MOST_SHOWN
from tests.integration.web.told import at_most, text_of
from tests.support.cast import Cast

COMPANIES = "ref,name,level\nnorthwind,Northwind,standard\ncontoso,Contoso,advanced\n"
COUNTS = "company,product,count\nnorthwind,standard,14\n"


def upload(text: str | bytes, name: str = "counts.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def test_companies_then_counts_are_shown_first_and_imported_once(people: Cast) -> None:
    browser = people.bill.browser
    for kind, text, model in (("companies", COMPANIES, Company), ("counts", COUNTS, CountReading)):
        page = browser.post("/uploads/", {"kind": kind, "file": upload(text)}, follow=True)
        assert "What counts.csv would change" in text_of(page)
        rows = "2 rows of companies" if kind == "companies" else "1 row of counts"
        assert rows in text_of(page)
        assert not model.objects.exists()
        held = HeldFile.objects.latest("pk").pk
        for said in (f"{rows.partition(' of')[0]} imported:", "imported already"):
            assert said in text_of(browser.post(f"/uploads/{held}/", {"do": "import"}, follow=True))
        assert model.objects.exists()
    assert Feed.objects.count() == 2
    assert CountReading.objects.get().value == 14


def test_counts_are_shown_company_by_company_and_beside_a_user_list_that_disagrees(people: Cast) -> None:
    browser = people.bill.browser

    def preview(kind: str, text: str, *, take: bool = False) -> str:
        page = browser.post("/uploads/", {"kind": kind, "file": upload(text)}, follow=True)
        if take:
            browser.post(f"/uploads/{HeldFile.objects.latest('pk').pk}/", {"do": "import"})
        return text_of(page)

    preview("companies", COMPANIES, take=True)
    users = "".join(f"northwind,u{number},active\n" for number in range(18))
    preview("users", f"company,user,status\n{users}", take=True)
    said = preview("counts", "company,product,count\nnorthwind,standard,19\ncontoso,advanced,4\n", take=True)
    assert "Northwind Standard 18 → 19 The count of" in said
    assert "has 19, the user list of" in said
    assert "has 18; the first one counts." in said
    assert "Contoso Advanced none → 4" in said
    assert not CountReading.objects.filter(value=19, newest=False).exists()
    said = preview("counts", "company,product,count\ncontoso,advanced,5\n")
    assert "Contoso Advanced 4 → 5" in said
    assert "Northwind Standard" not in said
    said = preview("counts", "company,product,count,as_of\ncontoso,advanced,7,2020-01-01\n")
    assert "Contoso Advanced 4 The file says 7." in said


def test_of_many_counts_the_first_are_shown_and_how_many_more(people: Cast) -> None:
    browser = people.bill.browser
    refs = [f"c{number:03d}" for number in range(MOST_SHOWN + 7)]
    companies = "ref,name,level\n" + "".join(f"{ref},Company {ref},standard\n" for ref in refs)
    browser.post("/uploads/", {"kind": "companies", "file": upload(companies)})
    browser.post(f"/uploads/{HeldFile.objects.latest('pk').pk}/", {"do": "import"})
    counts = "company,product,count\n" + "".join(f"{ref},standard,3\n" for ref in refs)
    said = text_of(browser.post("/uploads/", {"kind": "counts", "file": upload(counts)}, follow=True))
    assert said.count("none → 3") == MOST_SHOWN
    assert "… and 7 more." in said


def test_a_file_may_be_left(people: Cast) -> None:
    browser = people.bill.browser
    browser.post("/uploads/", {"kind": "companies", "file": upload(COMPANIES)})
    held = HeldFile.objects.latest("pk").pk
    said = text_of(browser.post(f"/uploads/{held}/", {"do": "leave"}, follow=True))
    assert "Nothing was changed." in said
    assert not Company.objects.exists()


def test_a_complete_list_says_who_would_leave(people: Cast) -> None:
    browser = people.bill.browser
    for text in (COMPANIES, "ref,name\nnorthwind,Northwind\n"):
        page = browser.post(
            "/uploads/", {"kind": "companies", "complete": "1", "file": upload(text)}, follow=True
        )
        browser.post(f"/uploads/{HeldFile.objects.latest('pk').pk}/", {"do": "import"})
    assert "Companies that have left 1" in text_of(page)
    assert Company.objects.get(ref="contoso").state == "left"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "companies"}, "Choose a CSV file first."),
        ({"kind": "nothing", "file": upload(COMPANIES)}, "Say what the file holds"),
        ({"kind": "companies", "file": upload("")}, "is empty."),
        ({"kind": "counts", "file": upload("company,product,count\nnorthwind,standard,x\n")}, "row"),
        ({"kind": "companies", "file": upload(b"\x89PNG\r\n\x1a\n\x00\x00\x00")}, "cannot be imported"),
        ({"kind": "companies", "file": upload("ref,name\na,=cmd()\n")}, "begins like a formula"),
        ({"kind": "companies", "file": upload("ref,name\na,b\n", "<script>.csv")}, "What &lt;script&gt;.csv"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(people: Cast, form: dict[str, object], said: str) -> None:
    answer = people.bill.browser.post("/uploads/", form, follow=True)
    assert said in answer.content.decode()
    assert "<script>.csv" not in answer.content.decode()
    assert not Company.objects.exists()


def test_only_who_may_import_does(people: Cast, northgate: Partner) -> None:
    held = hold_file(
        northgate, Held("companies", "a.csv", "Bill"), [COMPANIES.encode()], {}, datetime.now(UTC)
    )
    assert (
        people.bob.browser.post("/uploads/", {"kind": "companies", "file": upload(COMPANIES)}).status_code
        == 403
    )
    assert people.bob.browser.post(f"/uploads/{held.pk}/", {"do": "import"}).status_code == 403
    assert people.carol.browser.post(f"/uploads/{held.pk}/", {"do": "import"}).status_code == 404
    assert "Show what would change" not in text_of(people.bob.browser.get("/uploads/"))


def test_a_held_file_comes_back_whole_is_taken_once_and_goes_after_an_hour(northgate: Partner) -> None:
    now = datetime.now(UTC)
    chunks = [bytes([number]) * 700_000 for number in range(5)]
    row = hold_file(northgate, Held("counts", "big\x00\u202e.csv", "Bill"), chunks, {}, now)
    with opened_held(row) as file:
        assert file.read() == b"".join(chunks)
    assert row.name == "big.csv"
    assert take_held(row)
    assert not take_held(row)
    hold_file(northgate, Held("counts", "a.csv", "Bill"), [b"a"], {}, now)
    hold_file(northgate, Held("counts", "b.csv", "Bill"), [b"b"], {}, now + timedelta(hours=2))
    assert [each.name for each in HeldFile.objects.all()] == ["b.csv"]


def test_the_page_takes_few_queries(people: Cast) -> None:
    browser = people.bob.browser
    browser.get("/uploads/")
    with at_most():
        browser.get("/uploads/")
