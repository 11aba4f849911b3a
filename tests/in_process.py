"""The simulator without a socket: an httpx transport that hands each request to it."""

import httpx

from bms_simulator.simulator import Simulator
from bms_simulator.wire import Request


def transport_to(simulator: Simulator) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        got = simulator.handle(
            Request(
                method=request.method,
                path=request.url.path,
                query=dict(request.url.params),
                headers={name.lower(): value for name, value in request.headers.items()},
                body=request.content,
            )
        )
        if got.cut:
            raise httpx.RemoteProtocolError("The connection was closed without an answer.", request=request)
        return httpx.Response(got.status, headers=dict(got.headers), content=got.body, request=request)

    return httpx.MockTransport(answer)
