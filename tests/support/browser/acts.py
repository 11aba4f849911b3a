"""What a person does on a page to bring it into a state that has no address of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page


@dataclass(frozen=True, slots=True)
class Act:
    name: str
    path: str
    do: Callable[[Page], None]


def _edit_in_place(page: Page) -> None:
    page.get_by_label("Edit the mapping of Juniper Home Care").click()
    page.get_by_text("The first write").wait_for()


def _approve_all(page: Page) -> None:
    page.locator(".approve-bar button[name=all]").click()
    page.get_by_role("link", name="Choose line by line").wait_for()


def _open_all(page: Page) -> None:
    """What lies behind the page's summaries, but for menus."""
    closed = page.locator("main details:not([open]):not(.menu) > summary")
    while closed.count():
        closed.first.click()


def _refuse_connection(page: Page) -> None:
    _open_all(page)
    form = page.locator("#connection form")
    form.get_by_label("Hostname").fill("192.168.0.10")
    form.get_by_label("Username").fill(" ")
    form.get_by_role("button", name="Save").click()
    page.locator(".field.wrong").first.wait_for()


def _refuse_new_connection(page: Page) -> None:
    page.get_by_label("Hostname").fill("https://localhost/login")
    page.get_by_label("Username").fill("api")
    page.get_by_label("Password", exact=True).fill("anything at all")
    page.get_by_label("Company Name").fill("Contoso")
    page.get_by_role("button", name="Save").click()
    page.locator(".field.wrong").first.wait_for()


def _refuse_file(page: Page) -> None:
    page.get_by_label("Counts").check()
    rows = b"company,product,count\nnobody,standard,3\nnorthwind,gold,-1\n"
    page.get_by_label("CSV file").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": rows})
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_text("Nothing was imported").first.wait_for()


def _refuse_exclusion(page: Page) -> None:
    page.get_by_label("Reason").fill(" ")
    page.get_by_role("button", name="Exclude").click()
    page.locator(".field.wrong").first.wait_for()


def _refuse_mapping(page: Page) -> None:
    """Saved without a contract."""
    page.get_by_label("Search BMS accounts").fill("fabrikam")
    page.get_by_role("radio", name="Fabrikam").check()
    page.get_by_text("has no recurring-services contract").wait_for()
    page.get_by_role("button", name="Save the mapping").click()
    page.get_by_text("Nothing was saved").wait_for()


def _refuse_sign_in(page: Page) -> None:
    page.get_by_label("Email").fill("alice@northgate.example")
    page.get_by_label("Password").fill("not her password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()


def _open_menu(page: Page) -> None:
    page.locator(".top details.menu > summary").click()


ACTS: dict[str, tuple[Act, ...]] = {
    "full": (
        Act("companies-edit-in-place", "/companies/?search=juniper", _edit_in_place),
        Act("changes-approve-all", "/changes/", _approve_all),
        Act("integration-everything-open", "/integrations/1/", _open_all),
        Act("user-menu", "/", _open_menu),
    ),
    "empty": (Act("integration-new-refused", "/integrations/kaseya-bms/", _refuse_new_connection),),
    "failing": (
        Act("connection-refused", "/integrations/2/", _refuse_connection),
        Act("uploads-refused", "/uploads/", _refuse_file),
    ),
    "stranger": (Act("sign-in-refused", "/account/sign-in/", _refuse_sign_in),),
}
