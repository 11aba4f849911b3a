"""A program that can call loopback addresses and nothing else: `python -m tests.support.fenced MODULE …`."""

import ipaddress
import runpy
import sys
from typing import Any

WATCHED = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")


class OutsideTheFence(PermissionError):
    """As if there were no network at all."""


def refuse_others(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in WATCHED:
        return
    address = arguments[0] if event.startswith("socket.get") else arguments[1]
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in ("", "localhost") or (isinstance(address, str) and event == "socket.connect"):
        return  # a UNIX socket, or this machine
    try:
        is_looked_up = event.startswith("socket.get")  # of a number, that asks nobody
        inside = ipaddress.ip_address(host).is_loopback or is_looked_up
    except ValueError:
        inside = False
    if not inside:
        raise OutsideTheFence(f"{event}: {host} is outside the fence")


if __name__ == "__main__":
    sys.addaudithook(refuse_others)
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
