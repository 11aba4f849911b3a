"""What no approval writes: the page on which it is decided or mended, and what its link says."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.urls import reverse

from seatbridge.sync.shown.groups import Group
from seatbridge.sync.shown.shown_lines import ShownLine


class Elsewhere(NamedTuple):
    url: str
    words: str


def elsewhere(line: ShownLine, integration: int) -> Elsewhere | None:
    """None: nowhere else; an approval writes it, or there is nothing to do."""
    found: Elsewhere | None = None
    match line.status:
        case "left-password-boss" | "held:zero":
            found = Elsewhere(f"{_page('leavers')}?integration={integration}", "Stop billing from …")
        case "held:renewal":
            url = f"{_page('renewals', integration)}?search={quote(line.company)}"
            found = Elsewhere(url, "Accept its successor")
        case "blocked:line-missing" if line.after:
            found = Elsewhere(_page("new-line", integration, line.product, line.company), "Add the line …")
        case "stale-source":
            found = Elsewhere(_page("uploads"), "Upload counts")
        case "error:credentials":
            found = Elsewhere(_page("integration", integration), "Authenticate again")
        case "blocked:write-method":
            found = Elsewhere(_page("integration", integration), "Choose how units are written")
        case _ if line.group is Group.NOT_BILLED:
            asked = urlencode({"integration": integration, "search": line.company})
            found = Elsewhere(f"{_page('companies')}?{asked}", "Choose its contract")
    return found


@lru_cache(maxsize=1024)  # a list asks for the same few, row after row
def _page(name: str, *args: object) -> str:
    return reverse(name, args=args)
