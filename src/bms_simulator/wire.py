"""The vendor's wire: requests, answers, the envelope, and the casing of keys."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from bms_simulator.form_body import read_multipart

JSON_HEADERS = {"content-type": "application/json; charset=utf-8"}
HTML_HEADERS = {"content-type": "text/html; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Request:
    """`path` without the query; header names in lower case; `body` as sent."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """`cut`: the connection is closed without an answer. `delay_seconds`: what passes before either."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False
    delay_seconds: float = 0.0


class RefusedError(Exception):
    """The vendor says no: Success=false with a code and a message, usually under HTTP 200."""

    def __init__(self, code: int, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@cache
def camel(key: str) -> str:
    """As .NET does it: ContractId is contractId, SLAId is slaId, PONumber is poNumber."""
    letters = list(key)
    for index, letter in enumerate(letters):
        if index == 1 and not letter.isupper():
            break
        if index and index + 1 < len(letters) and not letters[index + 1].isupper():
            break
        letters[index] = letter.lower()
    return "".join(letters)


def in_camel(value: Any) -> Any:
    if isinstance(value, list):
        return [in_camel(item) for item in value]
    if not isinstance(value, dict):
        return value
    # Most values are plain: a page of 100 lines holds 1,600 of them, so no call is made for those.
    return {
        camel(key): in_camel(item) if isinstance(item, dict | list) else item for key, item in value.items()
    }


def _plain(value: object) -> object:
    # The published wire carries doubles; the only place where money becomes one.
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00"
    raise TypeError(f"{type(value).__name__} has no place on the wire")


def to_answer(value: dict[str, Any], casing: str, status: int = 200) -> Answer:
    """A JSON answer with the keys as this BMS spells them."""
    keyed = in_camel(value) if casing == "camel" else value
    body = json.dumps(keyed, default=_plain, separators=(",", ":")).encode()
    return Answer(status, JSON_HEADERS, body)


def succeeded(result: Any, total: int | None = None) -> dict[str, Any]:
    envelope = {"Success": True, "Error": None, "Result": result}
    return envelope if total is None else envelope | {"TotalRecords": total}


def failed(code: int, message: str) -> dict[str, Any]:
    error = {"Code": code, "Message": message, "Details": None, "StackStrace": None, "SubErrors": []}
    return {"Success": False, "Error": error, "Result": None}


def html(status: int, title: str) -> Answer:
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(status, HTML_HEADERS, page.encode())


def lowered(value: Any) -> Any:
    """The same JSON with every key in lower case: the vendor reads keys in any case."""
    if isinstance(value, dict):
        return {str(key).lower(): lowered(item) for key, item in value.items()}
    if isinstance(value, list):
        return [lowered(item) for item in value]
    return value


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def read_json(request: Request) -> Any:
    """The body with keys in lower case and numbers exact; RefusedError 415 or 400 when it is not JSON."""
    if "json" not in request.headers.get("content-type", ""):
        raise RefusedError(415, "Unsupported media type.", status=415)
    try:
        return lowered(json.loads(request.body, parse_float=Decimal, parse_constant=_no_constant))
    except ValueError as error:
        raise RefusedError(400, "The request body is not valid JSON.", status=400) from error


def read_form(request: Request) -> dict[str, str]:
    """Form fields with names in lower case; JSON is refused."""
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("application/x-www-form-urlencoded"):
        pairs = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name.lower(): values[0] for name, values in pairs.items()}
    if content_type.startswith("multipart/form-data"):
        return read_multipart(content_type, request.body)
    raise RefusedError(415, "Unsupported media type.", status=415)
