"""What may differ from one real BMS to the next; a client must find out or cope."""

from dataclasses import dataclass

COMPANY_NAME = "Northgate IT"


@dataclass(frozen=True, slots=True)
class Knobs:
    company_name: str = COMPANY_NAME
    # What a second POST of a service does: adjusts | appends | rejects.
    behaviour: str = "adjusts"
    # What an adjusting POST dated ahead does to the line until that day: kept | re-dates.
    ahead: str = "kept"
    # What the date of a bulk update means: from-date | immediate | re-dates.
    bulk_date: str = "from-date"
    # Whether a new line dated ahead is in its contract's total at once.
    new_line_ahead_counts: bool = False
    # ContractBillingPrice: for one billing cycle (period) or scaled to a month.
    billing_price_per: str = "period"
    exposes_units: bool = False
    result_as_list: bool = False
    casing: str = "camel"
    sign_in_refusal: str = "200"
    page_cap: int = 100
    hourly_limit: int = 1500
    # How long the hour of that limit is, for those who have none.
    limit_seconds: int = 3600
    retry_after: bool = False
    token_minutes: int = 60
    naive_stamps: bool = False
    job_seconds: int = 0
    settles_after_seconds: int = 0
    start_day: int = 25
    end_day: int = 1
    seed: int = 0


CHOICES = {
    "behaviour": ("adjusts", "appends", "rejects"),
    "ahead": ("kept", "re-dates"),
    "bulk_date": ("from-date", "immediate", "re-dates"),
    "billing_price_per": ("period", "month"),
    "casing": ("camel", "pascal"),
    "sign_in_refusal": ("200", "401"),
}
FLAGS = ("new_line_ahead_counts", "exposes_units", "result_as_list", "retry_after", "naive_stamps")
# (what it is unless said, the least that it may be)
NUMBERS = {
    "page_cap": (100, 1),
    "hourly_limit": (1500, 1),
    "limit_seconds": (3600, 1),
    "token_minutes": (60, 0),
    "job_seconds": (0, 0),
    "settles_after_seconds": (0, 0),
    "seed": (0, 0),
}
