"""The one sentence of Home."""

from datetime import date, datetime

from seatbridge.integrations.models import Integration
from seatbridge.sync.shown.current import Standing
from seatbridge.web.at_home.strip import Deadlines, kind_words, next_count
from seatbridge.web.wording import day_words


def home_sentence(
    standing: Standing,
    integration: Integration,
    needs: int,
    *,
    deadlines: Deadlines,
    next_run: datetime | None,
    now: datetime,
) -> str:
    """`needs`: companies. `now` and `next_run`: billing time."""
    today = now.date()
    said = [_matching(standing, needs), _next(integration, next_run, now)]
    if deadlines.frozen:
        said.append("Today you post: nothing is written until posting is done.")
    else:
        said.append(_posting(deadlines, today))
    said.append(f"Password Boss counts on {_day(next_count(today), today)}.")
    return " ".join(part for part in said if part)


def _matching(standing: Standing, needs: int) -> str:
    companies = standing.plan.companies
    if standing.base is None:
        return "Nothing was compared yet."
    if standing.waits:
        return "The last plan waits for you."
    if not needs:
        return f"All {companies:,} companies match." if companies != 1 else "The one company matches."
    return f"{needs:,} of {companies:,} companies {'needs' if needs == 1 else 'need'} you."


def _next(integration: Integration, next_run: datetime | None, now: datetime) -> str:
    if not integration.enabled:
        return "The integration is off: nothing is written to BMS."
    if next_run is None:
        return ""
    local = next_run.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    if days == 0:
        when = f"{'tonight' if local.hour >= 17 else 'today'} {local:%H:%M}"
    elif days == 1:
        when = f"tomorrow {local:%H:%M}"
    else:
        when = f"on {_day(local.date(), now.date())} {local:%H:%M}"
    return f"Next update {when}."


def _posting(deadlines: Deadlines, today: date) -> str:
    if len(set(deadlines.days.values())) == 1:
        return f"You post on {_day(deadlines.first, today)}."
    each = (
        f"{kind_words(kind, deadlines.days)} contracts on {_day(on, today)}"
        for kind, on in sorted(deadlines.days.items(), key=lambda pair: pair[1])
    )
    return f"You post {' and '.join(each)}."


def _day(on: date, today: date) -> str:
    return day_words(on, year=today.year)
