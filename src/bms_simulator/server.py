"""The pretend BMS on a real loopback port, one thread per connection."""

import socket
import sys
import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from bms_simulator.simulator import Simulator
from bms_simulator.wire import Answer, Request

LOOPBACK = "127.0.0.1"
# How soon the serving thread notices that it is to stop.
POLL_SECONDS = 0.02


class SimulatorServer(ThreadingHTTPServer):
    """Call `start`, then `stop`. `latency_seconds` is added to every vendor call, outside the lock."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, simulator: Simulator, port: int = 0, latency_seconds: float = 0.0) -> None:
        super().__init__((LOOPBACK, port), SimulatorHandler)
        self.simulator = simulator
        self.latency_seconds = latency_seconds
        self.lock = threading.Lock()
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.server_address[1]}"

    def start(self) -> None:
        """Serve in a thread of its own until `stop`."""
        self._thread = threading.Thread(target=self.serve_forever, args=(POLL_SECONDS,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and free the port; answers that hang are let go."""
        self.stopping.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that has gone away is part of what is simulated; anything else is worth a traceback.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class SimulatorHandler(BaseHTTPRequestHandler):
    server: SimulatorServer
    protocol_version = "HTTP/1.1"
    # Nagle's algorithm would hold back small answers for 40 ms.
    disable_nagle_algorithm = True

    def answer(self) -> None:
        url = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=unquote(url.path),
            query={name: ",".join(values) for name, values in parse_qs(url.query).items()},
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("content-length") or 0)),
        )
        with self.server.lock:
            answer = self.server.simulator.handle(request)
        latency = 0.0 if request.path.startswith("/control/") else self.server.latency_seconds
        if answer.delay_seconds + latency:
            self.server.stopping.wait(answer.delay_seconds + latency)
        if answer.cut or self.server.stopping.is_set():
            self._cut()
        else:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        status = HTTPStatus(answer.status)
        head = [f"HTTP/1.1 {status.value} {status.phrase}", f"Content-Length: {len(answer.body)}"]
        head += [f"{name}: {value}" for name, value in answer.headers.items()]
        # One send, so that head and body leave in one packet where they fit.
        self.wfile.write("\r\n".join([*head, "", ""]).encode("latin-1") + answer.body)

    def _cut(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay quiet: stdout and stderr belong to the caller."""

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815
