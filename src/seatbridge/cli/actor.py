"""Who types: what the ledger keeps as the actor."""

import getpass
import os


def actor() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have a number and no name
        name = f"user {os.getuid()}"
    return f"{name[:80]} (command line)"
