"""How numbers, days and states look on every page. A builtin: no template loads it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from seatbridge.sync.shown.groups import Group, group_of
from seatbridge.web.wording import moment_words, money_words, past_words

register = template.Library()

# Group of words -> icon in icons.svg, and the class that owns the color.
LOOKS: dict[Group, tuple[str, str]] = {
    Group.UP_TO_DATE: ("check", "ok"),
    Group.UPDATED: ("written", "new"),
    Group.PLANNED: ("planned", "new"),
    Group.WAITING: ("waiting", "wait"),
    Group.NOT_BILLED: ("unbilled", "lost"),
    Group.COULD_NOT_UPDATE: ("failed", "bad"),
    Group.OFF: ("off", "off"),
}


@register.filter
def money(amount: Decimal | str | None, currency: str = "USD") -> str:
    """$22.50"""
    return "" if amount in (None, "") else money_words(Decimal(str(amount)), currency)


@register.filter
def signed_money(amount: Decimal | str | None, currency: str = "USD") -> str:
    """+$22.50"""
    return "" if amount in (None, "") else money_words(Decimal(str(amount)), currency, signed=True)


@register.filter
def day(value: date | datetime | str | None) -> str:
    """Wed 25 Nov; with the year where that is not this one."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    year = "" if value.year == timezone.now().year else f" {value.year}"
    return f"{value:%a} {value.day} {value:%b}{year}"


@register.filter
def moment(value: datetime | None, zone: str = "UTC") -> SafeString | str:
    """`at|moment:partner.timezone`: Wed 25 Nov 06:00, the zone on hover."""
    return "" if value is None else _moment(value, zone, timezone.now().replace(second=0, microsecond=0))


@register.filter
def billing_moment(value: datetime | None, zone: str = "UTC") -> SafeString | str:
    """The same for a time by the billing clock, such as the next sync's."""
    if value is None:
        return ""
    shifted = timezone.now() + timedelta(days=settings.DATE_OFFSET_DAYS)
    return _moment(value, zone, shifted.replace(second=0, microsecond=0))


@lru_cache(maxsize=256)  # the rows of a list were synced together
def _moment(value: datetime, zone: str, now: datetime) -> SafeString:
    local = value.astimezone(ZoneInfo(zone))
    return format_html(
        '<time datetime="{}" title="{} {}">{}</time>',
        value.isoformat(),
        f"{local:%H:%M:%S}",
        zone,
        moment_words(local, now),
    )


@register.filter
def ago(value: datetime | None) -> str:
    """4 minutes ago"""
    return "" if value is None else past_words(timezone.now() - value)


@register.filter
def days_apart(days: int) -> str:
    """2 days back; 1 day ahead"""
    return f"{abs(days):,} day{'' if abs(days) == 1 else 's'} {'back' if days < 0 else 'ahead'}"


@register.filter
def units(value: int | str | None) -> str:
    if value == "":
        return ""  # what a template has not got
    return "unknown" if value is None else f"{value:,}"


@register.simple_tag
@lru_cache(maxsize=256)  # a list shows the same few in every row
def icon(name: str, label: str = "") -> SafeString:
    """An icon of icons.svg. Without a label it is decoration: the word stands beside it."""
    url = static("seatbridge/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, url, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', url, name)


@register.simple_tag
def status(code: str, second: str = "") -> SafeString:
    """The group's icon, word and color for a status code, and a second line."""
    return _looks(group_of(code), second)


@register.simple_tag
def group(name: str, second: str = "") -> SafeString:
    """The same for a `sync.groups.Group`."""
    return _looks(Group(name), second)


@lru_cache(maxsize=256)  # what to do about a status is the same in many rows
def _looks(of: Group, second: str) -> SafeString:
    """No template of its own: a list has one in each row."""
    return _word(of) + format_html('<span class="second">{}</span>', second) if second else _word(of)


@cache
def _word(of: Group) -> SafeString:
    sign, kind = LOOKS[of]
    return format_html('<span class="status {}">{}<span>{}</span></span>', kind, icon(sign), of.value)


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, *, wide: bool = False, plain: bool = False) -> dict[str, object]:
    """A form's field with label, help, error, and what a screen reader needs to tie them together.

    `plain` takes away a placeholder that only repeats the label.
    """
    widget = bound.field.widget
    notes = {"help": bound.help_text, "error": bound.errors}
    described = [f"{bound.auto_id}-{name}" for name, there in notes.items() if there]
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if plain:
        attrs["placeholder"] = ""
    checkbox = getattr(widget, "input_type", "") == "checkbox"
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs),
        "is_box": checkbox,
        "wide": wide,
        "optional": not bound.field.required and not checkbox,
    }
