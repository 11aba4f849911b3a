"""A password from stdin or a hidden prompt: an argument would show in the process list and the history."""

import sys

import typer

from seatbridge.cli.failing import CommandRefused
from seatbridge.kit.secret import Secret


def read_password(*, from_stdin: bool) -> Secret:
    return _read("Password of the BMS user", from_stdin=from_stdin)


def read_own_password(email: str, *, from_stdin: bool) -> Secret:
    """Of a person who signs in to the portal."""
    return _read(f"New password of {email}", from_stdin=from_stdin)


def read_totp(*, from_stdin: bool) -> Secret:
    """From stdin it is the line after the password."""
    return _read("TOTP secret of the BMS user", from_stdin=from_stdin)


def _read(what: str, *, from_stdin: bool) -> Secret:
    if from_stdin:
        return Secret(sys.stdin.readline().rstrip("\r\n"))
    if not sys.stdin.isatty():
        raise CommandRefused(
            f"{what} cannot be asked for here.",
            why="There is no terminal to type it on.",
            fix="Pass it on stdin, with --password-stdin.",
        )
    return Secret(typer.prompt(what, hide_input=True, err=True))
