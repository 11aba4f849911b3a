"""What is left standing after the table: the portal of the sample partner, to be looked at and clicked."""

import os
import secrets
import shlex
import signal
import subprocess
import sys

from seatbridge.cli.demo.cast import PARTNER, TODAY
from seatbridge.cli.demo.stage import DemoFailed, Stage
from seatbridge.cli.failing import CommandRefused
from seatbridge.cli.listening import is_of_this_machine, listen
from seatbridge.config.values import as_address

BIND = "SEATBRIDGE_BIND"
A_FREE_PORT = "127.0.0.1:0"
PEOPLE = (("alice@northgate.example", "owner"), ("bob@northgate.example", "viewer"))


def address_to_keep() -> str:
    """Where SEATBRIDGE_BIND wants the portal, else a free port. Refused before anything is played."""
    bind = os.environ.get(BIND) or A_FREE_PORT
    host, port = as_address(bind)  # that it is one was read at the start, as with every setting
    if not is_of_this_machine(host):
        raise CommandRefused(
            f"{BIND} is {bind}, which other machines can reach; the demo is for this one only.",
            fix=f"Choose such as {BIND}=127.0.0.1:{port or 8000}",
        )
    listen(host, port, another=f"{BIND}=127.0.0.1:8001 make demo").close()
    return bind


def keep_portal_up(stage: Stage, bind: str) -> None:
    """Until it is interrupted. Bob may only look."""
    password = f"demo-{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}"
    for email, role in PEOPLE:
        words = ("user", "add", email, "--partner", PARTNER, "--role", role, "--password-stdin")
        stage.seatbridge(*words, on=TODAY, typed=f"{password}\n", aloud=False)
    with subprocess.Popen(  # noqa: S603 - our own command; its address was read as one
        [sys.executable, "-m", "seatbridge.cli.main", "serve", "--bind", bind],
        env=stage.environment(TODAY),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            _tell(stage, process, password)
            process.wait()
        except KeyboardInterrupt:
            stage.console.print("\nThe demo has ended, and nothing of it is kept.")
        finally:
            process.send_signal(signal.SIGTERM)


def _tell(stage: Stage, process: "subprocess.Popen[str]", password: str) -> None:
    line = "" if process.stdout is None else process.stdout.readline()
    if " is at " not in line:
        raise DemoFailed("the portal did not start")
    (owner, _), (viewer, _) = PEOPLE
    stage.console.rule("The portal", align="left")
    stage.console.print(f"{line.split(' is at ')[1].split()[0]}")
    stage.console.print(f"Sign in as {owner} (owner) or {viewer} (may only look), password {password}")
    stage.console.print("Commands on its data, typed in another terminal, begin with:")
    stage.console.print(f"  env {_settings(stage)} {sys.argv[0]}", soft_wrap=True, highlight=False)
    stage.console.print("Ctrl-C ends it, and nothing is kept.")


def _settings(stage: Stage) -> str:
    ours = {name: text for name, text in stage.environment(TODAY).items() if name.startswith("SEATBRIDGE_")}
    return " ".join(f"{name}={shlex.quote(text)}" for name, text in ours.items())
