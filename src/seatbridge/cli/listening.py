"""Where the portal listens, and in words why it cannot."""

import socket
from ipaddress import ip_address

from seatbridge.cli.failing import CommandRefused


def listen(host: str, port: int, *, another: str) -> socket.socket:
    """`another`: what a person types to choose another port."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise CommandRefused(
            f"Cannot listen on {host}:{port}: {error.strerror}.",
            fix=f"End what uses it, or choose another: {another}",
            code=1,
        ) from error


def is_of_this_machine(host: str) -> bool:
    return host == "localhost" or is_loopback(host)


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
