"""Northgate as an operator sets it up, up to the mappings: the small world, switched on, nothing synced."""

from pathlib import Path

from tests.support import worlds
from tests.support.commands import Seatbridge

PARTNER = "Northgate IT"


def set_up(seatbridge: Seatbridge, folder: Path) -> None:
    """`folder`: for the files."""
    seatbridge.ok("partner", "add", PARTNER, "--timezone", "UTC")
    companies = worlds.put_file(folder, "companies.csv", worlds.COMPANIES)
    seatbridge.ok("import", "companies", companies, "--partner", PARTNER, "--complete")
    counts = worlds.put_file(folder, "counts.csv", worlds.COUNTS)
    seatbridge.ok("import", "counts", counts, "--partner", PARTNER)
    add_integration(seatbridge)
    seatbridge.ok("integration", "authenticate", 1)
    seatbridge.ok("integration", "enable", 1)
    seatbridge.ok("map", "products", 1, worlds.put_file(folder, "p.csv", worlds.PRODUCT_MAPPINGS))
    seatbridge.ok("map", "companies", 1, worlds.put_file(folder, "c.csv", worlds.COMPANY_MAPPINGS))
    seatbridge.ok("units", "set", 1, worlds.put_file(folder, "u.csv", worlds.UNITS))


def add_integration(seatbridge: Seatbridge, password: str = worlds.PASSWORD) -> int:
    added = seatbridge.ok(
        "integration", "add", "--partner", PARTNER, "--hostname", worlds.HOST, "--username", worlds.USERNAME,
        "--company-name", worlds.COMPANY_NAME, "--password-stdin",
        typed=f"{password}\n",
    )  # fmt: skip
    return int(added["id"])


def add_token(seatbridge: Seatbridge, role: str) -> str:
    """Its text."""
    made = seatbridge.ok("token", "add", "--partner", PARTNER, "--role", role, "--expires", 1)
    return str(made["token"])
