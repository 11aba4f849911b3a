"""`serve`: the portal and the API, on a production WSGI server, in this process."""

import signal
import sys
import time
from dataclasses import dataclass
from types import FrameType
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from waitress.server import BaseWSGIServer, create_server

from seatbridge.cli.failing import CommandRefused
from seatbridge.cli.listening import is_loopback, is_of_this_machine, listen
from seatbridge.cli.printing import tell
from seatbridge.cli.refusing import Channel
from seatbridge.config.portal import ready_application
from seatbridge.config.settings import Settings
from seatbridge.config.start import current
from seatbridge.config.values import as_address
from seatbridge.engine.starting import Engine, start_engine

THREADS = 8
LONGEST_STOP = 8.0  # seconds; whoever sent SIGTERM sends SIGKILL soon
ANOTHER = "seatbridge serve --bind 127.0.0.1:8001"
MOST_BYTES = 300_000_000  # a file of a million rows, uploaded


def serve(
    *,
    bind: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Else SEATBRIDGE_BIND; port 0 is a free one.")
    ] = None,
    no_engine: Annotated[bool, typer.Option("--no-engine", help="Run no sync: only show pages.")] = False,
) -> int:
    """Keep the portal up until it is interrupted."""
    settings = current()
    host, port = settings.bind if bind is None else _address(bind)
    _refuse_open_door(host, settings)
    listening = listen(host, port, another=ANOTHER)
    address = settings.public_url or _url(host, listening.getsockname()[1])
    server = create_server(ready_application(), sockets=[listening], **_options(settings, host))
    if isinstance(server, BaseWSGIServer):  # one socket was given
        server.channel_class = Channel
    engine = None if no_engine else start_engine(settings)
    stopping = _stop_at_signal(engine)
    tell([f"The portal is at {address} (Ctrl-C ends it)."])
    sys.stdout.flush()  # whoever reads a pipe wants to know now
    try:
        server.run()
    finally:
        if engine is not None:
            engine.stop(stopping.patience_left)
    tell(["The portal has ended."])
    return 0


@dataclass(slots=True)
class _Stopping:
    """From the signal on there is so much time for the requests and the runs under way."""

    since: float | None = None

    @property
    def patience_left(self) -> float:
        return LONGEST_STOP if self.since is None else max(self.since + LONGEST_STOP - time.monotonic(), 0.5)


def _stop_at_signal(engine: Engine | None) -> _Stopping:
    stopping = _Stopping()

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        stopping.since = time.monotonic()
        if engine is not None:
            engine.ask_to_stop()
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)
    return stopping


def _address(text: str) -> tuple[str, int]:
    try:
        return as_address(text)
    except ValueError as error:
        raise CommandRefused(f"--bind {error}.") from error


def _refuse_open_door(host: str, settings: Settings) -> None:
    """Without its public address the portal cannot tell its own links from a stranger's, nor demand https."""
    if settings.public_url or is_of_this_machine(host):
        return
    raise CommandRefused(
        f"{host} can be reached from other machines, and the portal does not know its own address.",
        fix="Set SEATBRIDGE_PUBLIC_URL, such as https://seats.example.com, and run an https proxy.",
    )


def _options(settings: Settings, host: str) -> dict[str, Any]:
    public = urlsplit(settings.public_url)
    options: dict[str, Any] = {
        "threads": THREADS,
        "ident": "",
        "url_scheme": public.scheme or "http",
        "url_prefix": public.path,
        "max_request_body_size": MOST_BYTES,
    }
    if settings.public_url and is_loopback(host):
        # The proxy on this machine says who really calls; nobody else's word is taken.
        options |= {"trusted_proxy": "127.0.0.1", "trusted_proxy_headers": {"x-forwarded-for"}}
    return options


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
