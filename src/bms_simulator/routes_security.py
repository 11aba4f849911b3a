"""Sign-in, refresh, and who is signed in."""

from datetime import datetime
from typing import Any

from bms_simulator.records import RIGHTS, User
from bms_simulator.routing import Call, Reply, Route
from bms_simulator.state import State
from bms_simulator.tokens import Tokens
from bms_simulator.wire import RefusedError, read_form

# The numbers of the vendor's listings are not published; these are made up and joined by name.
LISTINGS = {
    "accounts": (101, "Accounts"),
    "contracts": (201, "Contracts"),
    "services": (301, "Services"),
    "invoices": (401, "Invoices"),
}


def authenticate(state: State, call: Call) -> Reply:
    return Reply(_token_row(state, state.sign_ins.sign_in(read_form(call.request))))


def refresh_token(state: State, call: Call) -> Reply:
    return Reply(_token_row(state, state.sign_ins.refresh(read_form(call.request))))


def _token_row(state: State, tokens: Tokens) -> dict[str, Any]:
    def stamp(at: datetime) -> str:
        text = at.isoformat().removesuffix("+00:00")
        return text if state.world.knobs.naive_stamps else f"{text}Z"

    return {
        "AccessToken": tokens.access,
        "RefreshToken": tokens.refresh,
        "AccessTokenExpireOn": stamp(tokens.access_until),
        "RefreshTokenExpireOn": stamp(tokens.refresh_until),
    }


def user_info(state: State, call: Call) -> Reply:
    user = call.user
    if user is None:
        raise RefusedError(978001, "Authorization has been denied for this request.", status=401)
    return Reply(
        {
            "UserId": user.id,
            "FullName": user.username,
            "EmailAddress": user.username,
            "TimeStamp": state.clock().isoformat(),
            "TimeZoneValue": -5.0,
            "TimeZoneName": "Eastern Standard Time",
            "OlsonTimeZoneName": "America/New_York",
            "DateFormat": "MM/dd/yyyy",
            "TimeFormat": "hh:mm tt",
            "TimeFormatWithSeconds": "hh:mm:ss tt",
            "TenantId": 1,
            "AccountId": None,
            "LocationId": None,
            "ContactId": None,
            "BusinessName": state.world.knobs.company_name,
            "UserAccessRights": [_right(user, name) for name in LISTINGS],
            "SpecialFeatures": [],
            "ViewsMenus": [_menu(name) for name in LISTINGS],
            "QueuesMenus": [],
            "CurrencyCode": "USD",
            "CultureCode": "en-US",
            "FilesVersionNumber": None,
            "NewTicketingUI": False,
            "IsUserSystemAdmin": user.rights == frozenset(RIGHTS),
            "ProductName": "BMS",
            "PictureUrl": None,
            "OpenIdRealmId": None,
        }
    )


def _right(user: User, name: str) -> dict[str, Any]:
    number, _ = LISTINGS[name]
    return {
        "CanView": f"{name}:view" in user.rights,
        "CanModify": f"{name}:modify" in user.rights,
        "CanDelete": False,
        "MainMenuId": number,
        "MenuCategoryId": number // 100,
        "ListingIDEnum": number,
    }


def _menu(name: str) -> dict[str, Any]:
    number, title = LISTINGS[name]
    texts = ("Description", "NavigationUrl", "Icon", "AddForm", "AddFormTitle", "MainForm")
    return {
        "Id": number,
        "Name": title,
        **dict.fromkeys(texts),
        "Order": number,
        "ParentId": 0,
        "ListingIdEnum": number,
        "MenuCategoryId": number // 100,
        "IsShownInMenu": True,
        "IsModifiable": False,
        "HasCustomFields": False,
        "Title": title,
        "TitleAlias": None,
        "Target": 0,
        "DynamicMenuRefId": 0,
        "ObjectId": None,
        "ObjectName": None,
        "IsReactEnabled": False,
        "TargetName": None,
    }


ROUTES = (
    Route("POST", "/v2/security/authenticate", None, authenticate),
    Route("POST", "/v2/security/refreshtoken", None, refresh_token),
    Route("GET", "/v2/security/userinfo", "", user_info),
)
