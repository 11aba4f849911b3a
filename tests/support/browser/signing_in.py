"""People who sign in once, by typing, and keep their browser context."""

from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.browser.site import PASSWORD


def new_context(
    browser: Browser, address: str, patience: int, *, java_script_enabled: bool = True
) -> BrowserContext:
    """Without motion: a color in mid-fade has no contrast that means anything."""
    context = browser.new_context(
        base_url=address, reduced_motion="reduce", java_script_enabled=java_script_enabled, locale="en-US"
    )
    context.set_default_timeout(patience)
    return context


@dataclass(slots=True)
class People:
    """`in_each_page`: a script that is there before anything asks for it, and compiled only once."""

    browser: Browser
    address: str
    patience: int
    in_each_page: str = ""
    _pages: dict[str, Page] = field(default_factory=dict)

    def page(self, email: str) -> Page:
        """The one that stays open; without a mail address a stranger's."""
        if email not in self._pages:
            context = new_context(self.browser, self.address, self.patience)
            if self.in_each_page:
                context.add_init_script(self.in_each_page)
            page = context.new_page()
            if email:
                sign_in(page, email)
            self._pages[email] = page
        return self._pages[email]

    def cookies(self, email: str) -> dict[str, str]:
        return {each["name"]: each["value"] for each in self.page(email).context.cookies()}

    def leave(self) -> None:
        for page in self._pages.values():
            page.context.close()


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.locator("nav.rail").wait_for(state="attached")
