"""One exchange over HTTP, and what came of it.

No error of the network leaves this file: its traceback would hold the request, and so a password or token.
"""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import httpx

from seatbridge.kit.secret import Secret
from seatbridge.psa.kaseya_bms.calls import Call
from seatbridge.psa.kaseya_bms.wire import Envelope, read_envelope


class Failure(StrEnum):
    """Why no answer came."""

    UNKNOWN_HOST = "unknown-host"
    CERTIFICATE = "certificate"
    NOT_CONNECTED = "not-connected"
    TIMED_OUT = "timed-out"
    CUT = "cut"


NEVER_SENT = frozenset({Failure.UNKNOWN_HOST, Failure.CERTIFICATE, Failure.NOT_CONNECTED})


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` 0 means that none came; then `failure` says why. `envelope` None: the body was not one."""

    status: int = 0
    envelope: Envelope | None = None
    failure: Failure | None = None
    retry_after: str | None = None


# Of httpcore: the connection stands, and the next bytes are the request's head, or its body.
_ABOUT_TO_LEAVE = (".send_request_headers.started", ".send_request_body.started")


def exchange(
    http: httpx.Client,
    call: Call,
    token: Secret | None,
    before_it_leaves: Callable[[], None] | None = None,
) -> Answer:
    """What `before_it_leaves` raises is raised, and BMS has nothing that it could act on."""
    try:
        response = http.send(_watched(_request_of(http, call, token), before_it_leaves))
    except httpx.RequestError as error:
        return Answer(failure=_failure_of(error))
    return Answer(
        response.status_code, read_envelope(response.content), None, response.headers.get("Retry-After")
    )


def _watched(request: httpx.Request, before_it_leaves: Callable[[], None] | None) -> httpx.Request:
    """Connecting may take long, or the process be frozen meanwhile: asked before, and again after it."""
    if before_it_leaves is None:
        return request
    before_it_leaves()

    def watch(event: str, _facts: object) -> None:
        if event.endswith(_ABOUT_TO_LEAVE):
            before_it_leaves()

    request.extensions = {**request.extensions, "trace": watch}
    return request


def _request_of(http: httpx.Client, call: Call, token: Secret | None) -> httpx.Request:
    """Built apart: while a request is under way no frame holds its body or its token as a variable."""
    headers = {"Content-Type": call.content_type} if call.content_type else {}
    if token is not None:
        headers["Authorization"] = f"Bearer {token.reveal()}"
    return http.build_request(
        call.method, call.path, params=call.query or None, content=call.content or None, headers=headers
    )


def _failure_of(error: httpx.RequestError) -> Failure:
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)):
        return _why_not_connected(error)
    return Failure.TIMED_OUT if isinstance(error, httpx.TimeoutException) else Failure.CUT


def _why_not_connected(error: BaseException) -> Failure:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror):
            return Failure.UNKNOWN_HOST
        if isinstance(cause, ssl.SSLError):
            return Failure.CERTIFICATE
        cause = cause.__cause__ or cause.__context__
    return Failure.NOT_CONNECTED
