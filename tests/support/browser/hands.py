"""How a person works a page: with the mouse, or with the keyboard alone. The walks are the same for both."""

from dataclasses import dataclass
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 120

_SEEN = """() => {
  const each = document.activeElement;
  const style = getComputedStyle(each);
  const seen = each.matches(":focus-visible");
  return seen && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


def shows_focus(page: Page) -> bool:
    seen: bool = page.evaluate(_SEEN)
    return seen


class Hand(Protocol):
    def press(self, what: Locator) -> None:
        """A link, a button, a summary."""

    def write(self, what: Locator, text: str) -> None: ...

    def tick(self, what: Locator) -> None:
        """A checkbox, or one of several radio buttons."""

    def pick(self, what: Locator, option: str) -> None:
        """One of a closed list."""

    def set_time(self, what: Locator, at: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Mouse:
    page: Page

    def press(self, what: Locator) -> None:
        what.click()

    def write(self, what: Locator, text: str) -> None:
        what.click()
        what.fill(text)

    def tick(self, what: Locator) -> None:
        what.check()

    def pick(self, what: Locator, option: str) -> None:
        what.select_option(option)

    def set_time(self, what: Locator, at: str) -> None:
        what.fill(at)


@dataclass(frozen=True, slots=True)
class Keys:
    """Tab, Shift+Tab, Enter, Space, arrows and letters. Whatever has the focus must show that it has."""

    page: Page

    def press(self, what: Locator) -> None:
        self.go_to(what)
        self.page.keyboard.press("Enter")

    def write(self, what: Locator, text: str) -> None:
        self.go_to(what)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def tick(self, what: Locator) -> None:
        """Tab reaches a group of radio buttons at one of them; arrows go on, and choose as they go."""
        if what.get_attribute("type") == "checkbox":
            self.go_to(what)
            self.page.keyboard.press("Space")
            expect(what).to_be_checked()
            return
        expect(what).to_be_visible()
        name = what.get_attribute("name")
        self._tab_until(f"""(each) => each.type === "radio" && each.name === "{name}" """)
        self.page.keyboard.press("Space")
        for _ in range(MOST_TABS):
            if what.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow reaches {what}")

    def pick(self, what: Locator, option: str) -> None:
        self.go_to(what)
        self.page.keyboard.type(option)
        expect(what.locator("option:checked")).to_have_text(option)

    def set_time(self, what: Locator, at: str) -> None:
        """As typed into a field of an American browser."""
        hour, minute = at.split(":")
        self.go_to(what)
        self.page.keyboard.type(f"{int(hour) % 12 or 12:02d}{minute}{'PM' if int(hour) >= 12 else 'AM'}")
        expect(what).to_have_value(at)

    def go_to(self, what: Locator) -> None:
        expect(what).to_be_visible()
        handle = what.element_handle()
        for _ in range(MOST_TABS):
            if handle.evaluate("(each) => each === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"Tab does not reach {what}")
        assert shows_focus(self.page), f"the focus does not show on {what}"

    def _tab_until(self, condition: str) -> None:
        for _ in range(MOST_TABS):
            if self.page.evaluate(f"({condition})(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {condition}")
