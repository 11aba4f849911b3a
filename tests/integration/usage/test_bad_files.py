"""Whatever a person drops on the import: a clear refusal, and nothing has changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seatbridge.partners.models import Partner
from seatbridge.usage.imports import ImportRefused, ImportReport, import_file
from seatbridge.usage.models import Company, CompanyUser, CountReading, Feed
from tests.integration.usage.conftest import NOW

Put = Callable[..., ImportReport]


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("users", b"", "The file is empty."),
        ("companies", b"ref,name\n", "The file has a header and no rows."),
        ("users", bytes(range(256)) * 64, "NUL bytes"),
        ("users", b"x" * 200_000, "A line is longer than 65,536 bytes"),
        (
            "users",
            b"ref,name,color\na,b,c\n",
            "needs columns company, user, status. Found: 'ref', 'name', 'color'",
        ),
        ("counts", b"company,product,count\nalder,standard,-3\n", "row 2, count: '-3' is negative."),
        (
            "counts",
            b"company,product,count\nalder,standard,2.5\n",
            "row 2, count: '2.5' is not a whole number.",
        ),
        ("counts", b"company,product,count\nalder,standard,\n", "row 2, count: is empty."),
        (
            "counts",
            b"company,product,count\nalder,gold,1\n",
            "row 2, product: 'gold' is not a product. Allowed: stan",
        ),
        (
            "counts",
            b"company,product,count,as_of\nalder,standard,1,2027-01-01\n",
            "row 2, as_of: '2027-01-01' lies",
        ),
        (
            "counts",
            b"company,product,count\nalder,standard,1\nalder,Standard,1\n",
            "row 3: the same company, product",
        ),
        ("companies", b"ref,name\nx,=cmd|calc\n", "row 2, name: '=cmd|calc' begins like a formula."),
        ("companies", b"ref,name\nx,X\nx,Y\n", "row 3: the same company as in row 2."),
        (
            "companies",
            b"ref,name,licenses\nx,X,10 000\n",
            "row 2, licenses_assigned: '10 000' has a separator",
        ),
        ("users", b"company,user,status\nalder,u1\n", "row 2: has 2 cells, but the header has 3."),
        ("users", b"company,user,status\nalder,u1,active,x\n", "row 2: has 4 cells, but the header has 3."),
        (
            "users",
            b"company,user,status\nnobody,u1,active\n",
            "row 2, company: there is no company 'nobody'. Imp",
        ),
        ("users", b'company,user,status\nalder,"u1,active\n', "row 2: cannot be read as CSV"),
    ],
)
def test_a_bad_file_is_refused_and_changes_nothing(
    put: Put, companies: ImportReport, kind: str, data: bytes, said: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        put(kind, data, complete=True)
    assert said in str(refused.value)
    assert (Company.objects.count(), Company.objects.filter(state="left").count()) == (4, 0)
    assert (CompanyUser.objects.count(), CountReading.objects.count(), Feed.objects.count()) == (0, 0, 1)


def test_an_empty_complete_list_is_refused_with_what_it_would_mean(put: Put, companies: ImportReport) -> None:
    with pytest.raises(ImportRefused, match="An empty complete list would say that every company left"):
        put("counts", "company,product,count\n", complete=True)


def test_a_path_that_is_no_file_is_refused_by_name(northwind: Partner, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.csv"):
        with pytest.raises(ImportRefused, match=r"cannot be read"):
            import_file(northwind, "users", path, complete=False, dry_run=False, now=NOW)


def test_trailing_empty_cells_of_a_spreadsheet_do_no_harm(put: Put, companies: ImportReport) -> None:
    assert put("counts", "company,product,count\nalder,standard,14,,\n,,,,\n").created == 1
