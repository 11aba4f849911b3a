from datetime import date
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from seatbridge.api.schemas.given import Given
from seatbridge.api.values import Flag, Instant
from seatbridge.integrations.states import State

Hostname = Annotated[str, Field(max_length=500, description="A pasted address is cut down to its host")]
Line = Annotated[str, Field(max_length=200)]
Password = Annotated[str, Field(max_length=500, json_schema_extra={"writeOnly": True, "format": "password"})]


class BmsIdentity(Schema):
    """Who we are in BMS, as the last good sign-in said."""

    business_name: str
    user: str
    currency: str


class IntegrationOut(Schema):
    """Secrets are write-only."""

    id: int
    psa: Literal["kaseya-bms"]
    hostname: str
    username: str
    company_name: str
    password_set_on: date | None
    has_totp_secret: bool
    enabled: bool
    state: State
    cause: str = Field(description="Why a person should look; empty: nothing")
    authenticated_at: Instant | None
    bms: BmsIdentity | None
    created_at: Instant
    notes: list[str] = Field(description="What a call did otherwise than it was asked, in sentences")


class IntegrationIn(Given):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "psa": "kaseya-bms",
                    "hostname": "bms.kaseya.com",
                    "username": "seatbridge-api",
                    "password": "the API user's password",
                    "company_name": "Northgate IT",
                }
            ]
        }
    )

    psa: Literal["kaseya-bms"] = "kaseya-bms"
    hostname: Hostname
    username: Line
    password: Password
    company_name: Line
    totp_secret: Password = ""
    password_set_on: date | None = None
    enabled: Flag = False


class IntegrationPatch(Given):
    """Fields that are left out stay as they are."""

    hostname: Hostname | None = None
    username: Line | None = None
    password: Password | None = None
    company_name: Line | None = None
    totp_secret: Password | None = None
    password_set_on: date | None = None
    enabled: Flag | None = None


class BmsAnswer(BmsIdentity):
    missing_rights: list[str]


class Authentication(Schema):
    """`ok` false: `status`, `cause` and `fix` say what is wrong and what to do."""

    ok: bool
    status: str
    cause: str
    fix: str
    bms: BmsAnswer | None


class CatalogOut(Schema):
    """BMS's accounts, contracts and services as they were last read."""

    refreshed_at: Instant | None
    reading: bool
    cause: str = Field(description="Why the last reading failed; empty: it did not")
    fix: str
