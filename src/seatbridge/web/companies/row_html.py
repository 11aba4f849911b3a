"""A row of the table as HTML. Not a template: fifty of them took most of the time of a page."""

from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

from seatbridge.web.companies.shown_rows import ShownRow
from seatbridge.web.templatetags.show import group, icon, moment

ROW = """<tr id="company-{id}" data-open="{url}">
  <th scope="row"><a href="{url}">{name}</a>{licenses}</th>
  <td data-label="BMS account">{account}{account_notes}</td>
  <td data-label="Contract">{contract}{contract_notes}</td>
  <td data-label="Last Sync">{last_sync}</td>
  <td data-label="Status">{status}</td>
  <td class="tools">{pencil}</td>
</tr>
"""
PENCIL = (
    '<a class="button quiet small" href="{url}" hx-get="{url}" hx-target="#company-{id}" hx-swap="outerHTML" '
    'aria-label="Edit the mapping of {name}">{icon}</a>'
)
LICENSES = '<span class="state-line">{text}</span>'
NOTE = '<span class="state-line gone">{text}</span>'
MUTED = '<span class="muted">{text}</span>'
NOTHING = SafeString("")


@dataclass(frozen=True, slots=True)
class Look:
    """`mapping_urls`: what stands before a company's number in the address of its form; empty: no pencil."""

    zone: str
    mapping_urls: str


def row_html(each: ShownRow, look: Look) -> SafeString:
    return _filled(
        ROW,
        id=each.id,
        url=each.url,
        name=each.name,
        licenses=_filled(LICENSES, text=each.licenses) if each.licenses else NOTHING,
        account=each.account,
        account_notes=_notes(each.account_notes),
        contract=each.contract,
        contract_notes=_notes(each.contract_notes),
        last_sync=_last_sync(each, look.zone),
        status=group(each.group, each.second) if each.group else _muted(each.second),
        pencil=_pencil(each, look.mapping_urls),
    )


def _notes(notes: tuple[str, ...]) -> SafeString:
    return SafeString("".join(_filled(NOTE, text=note) for note in notes)) if notes else NOTHING


def _last_sync(each: ShownRow, zone: str) -> SafeString | str:
    if each.last_sync_at is not None:
        return moment(each.last_sync_at, zone)
    return _muted("never") if each.is_mapped else NOTHING


def _muted(text: str) -> SafeString:
    return _filled(MUTED, text=text)


def _pencil(each: ShownRow, urls: str) -> SafeString:
    if not urls:
        return NOTHING
    url = f"{urls}{each.id}/"
    return _filled(PENCIL, url=url, id=each.id, name=each.name, icon=icon("pencil"))


def _filled(template: str, **texts: object) -> SafeString:
    """As `format_html`, without lazy translations: for those it asks four questions about every text."""
    safe = {name: text if isinstance(text, SafeString) else escape(str(text)) for name, text in texts.items()}
    return SafeString(template.format_map(safe))
