"""A browser that runs no scripts: type-aheads become search pages, and every form works."""

from playwright.sync_api import Page, expect

from tests.support import worlds
from tests.support.browser.seed_walk import COUNTS, walk_world
from tests.support.browser.signing_in import sign_in
from tests.support.browser.site import Site, connect, walk_host

PARTNER = "plain"


def test_products_and_companies_are_mapped_without_javascript(site: Site, without_scripts: Page) -> None:
    page = without_scripts
    owner = f"olga@{PARTNER}.example"
    site.bms[PARTNER].load(walk_world())
    site.add_partner(PARTNER, owner)
    site.import_counts(PARTNER, COUNTS)
    integration = connect(site, PARTNER, walk_host(PARTNER))
    sign_in(page, owner)
    page.goto(f"/integrations/{integration}/")
    authenticate(page)
    map_products(page)
    map_northwind(page)
    accept_a_suggestion(page)
    exclude_northwind(page)
    import_mappings(page)
    page.goto(f"/integrations/{integration}/")
    page.get_by_role("switch", name="Integration status").click()
    expect(page.get_by_role("switch", name="Integration status")).to_be_checked()
    page.locator("#schedule").get_by_role("button", name="Sync Now").click()
    expect(page.locator(".messages")).to_contain_text("The sync has started.")


def authenticate(page: Page) -> None:
    page.get_by_role("button", name="Authenticate").click()
    expect(page.locator("#authenticated")).to_contain_text(worlds.USERNAME)
    page.get_by_role("button", name="Read now").first.click()
    expect(page.locator(".messages")).to_contain_text("BMS has 3 accounts")


def map_products(page: Page) -> None:
    for product in ("standard", "advanced"):
        pair = page.locator(".pair").filter(has=page.locator(f"#q_{product}"))
        pair.get_by_role("searchbox").fill(f"boss {product}")
        pair.get_by_role("button", name="Search").click()
        choices = page.locator(f"#services-{product}").get_by_role("radio")
        expect(choices).to_have_count(1)
        choices.check()
    page.locator("#products").get_by_role("button", name="Save", exact=True).click()
    for product in ("Standard", "Advanced"):
        expect(page.locator(".messages")).to_contain_text(f"{product} is billed as Password Boss {product}.")


def map_northwind(page: Page) -> None:
    page.get_by_role("link", name="Map companies").click()
    page.get_by_label("Search by company, domain or account").fill("northwind")
    page.get_by_role("search").filter(has=page.locator("#q")).get_by_role("button").click()
    page.get_by_role("link", name="Edit the mapping of Northwind").click()
    page.get_by_label("Search BMS accounts").fill("fabrikam")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("radio", name="Fabrikam").check()
    page.get_by_role("button", name="Show its contracts").click()
    expect(page.get_by_text("has no recurring-services contract")).to_be_visible()
    page.get_by_role("button", name="Save the mapping").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved.")
    page.get_by_label("Search BMS accounts").fill("northw")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("radio", name="Northwind 1").check()
    page.get_by_role("button", name="Show its contracts").click()
    page.get_by_role("radio", name="Northwind monthly").check()
    page.get_by_role("button", name="Save the mapping").click()
    expect(page.locator(".messages")).to_contain_text("Northwind is mapped.")


def accept_a_suggestion(page: Page) -> None:
    page.goto("/companies/")
    page.get_by_role("link", name="Suggestions").click()
    page.get_by_role("row").filter(has_text="Contoso").get_by_role("button", name="Accept").click()
    expect(page.locator(".messages")).to_contain_text("Contoso is mapped to Contoso.")


def exclude_northwind(page: Page) -> None:
    page.goto("/companies/")
    page.get_by_role("link", name="Edit the mapping of Northwind").click()
    page.get_by_role("link", name="Do not bill this company").click()
    page.get_by_role("button", name="Exclude Northwind").click()  # the browser itself asks for the reason
    page.get_by_label("Reason").fill("in bundle")
    page.get_by_role("button", name="Exclude Northwind").click()
    expect(page.locator(".messages")).to_contain_text("Northwind is excluded: in bundle.")


def import_mappings(page: Page) -> None:
    """The file that brings Northwind back."""
    page.goto("/companies/")
    page.get_by_role("link", name="Import CSV").click()
    rows = worlds.COMPANY_MAPPINGS.encode()
    page.get_by_label("CSV file").set_input_files({"name": "m.csv", "mimeType": "text/csv", "buffer": rows})
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("button", name="Change 1 mapping").click()
    expect(page.get_by_role("row").filter(has_text="Northwind monthly")).to_be_visible()
