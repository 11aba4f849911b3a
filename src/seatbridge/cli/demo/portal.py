"""What is left standing after the table: the portal of the sample partner, to be looked at and clicked."""

import secrets
import signal
import subprocess
import sys

from seatbridge.cli.demo.cast import PARTNER, TODAY
from seatbridge.cli.demo.stage import DemoFailed, Stage

PEOPLE = (("alice@northgate.example", "owner"), ("bob@northgate.example", "viewer"))


def keep_portal_up(stage: Stage) -> None:
    """Until it is interrupted. Bob may only look."""
    password = f"demo-{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}"
    for email, role in PEOPLE:
        words = ("user", "add", email, "--partner", PARTNER, "--role", role, "--password-stdin")
        stage.seatbridge(*words, on=TODAY, typed=f"{password}\n", aloud=False)
    with subprocess.Popen(
        [sys.executable, "-m", "seatbridge.cli.main", "serve", "--bind", "127.0.0.1:0"],
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
    stage.console.print("Ctrl-C ends it, and nothing is kept.")
