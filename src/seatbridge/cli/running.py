"""One command from its words to its exit code: 0 done, 1 needs a person or failed, 2 wrong usage."""

import sys
from collections.abc import Sequence
from io import TextIOWrapper

from seatbridge.cli.commands import app
from seatbridge.cli.failing import EXPECTED, Failure, failure_of
from seatbridge.cli.migrating import prepare_database
from seatbridge.cli.printing import ERR, print_document, say_failure

# These work, or say what is wrong, without a database that is ready.
WITHOUT_DATABASE = frozenset({"demo", "migrate", "doctor", "simulate-bms"})
INTERRUPTED = 130


def run(words: Sequence[str]) -> None:
    as_json = "--json" in words
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without → must not end a sync
    try:
        if _needs_database(words):
            prepare_database()
        app(list(words), prog_name="seatbridge")
    except SystemExit as ended:
        sys.exit(_end(ended.code, as_json=as_json))
    except EXPECTED as error:
        failure = failure_of(error)
        say_failure(failure)
        if as_json:
            print_document({"error": failure.document()})
        sys.exit(failure.code)


def _needs_database(words: Sequence[str]) -> bool:
    helps = not words or "--help" in words or "-h" in words
    return not helps and words[0] not in WITHOUT_DATABASE


def _end(code: object, *, as_json: bool) -> int:
    if code == INTERRUPTED:
        ERR.print("Interrupted. What was begun is settled by the next sync.")
        return 1
    if code == 2 and as_json:
        # Typer has said on stderr what was wrong; programs still get their one document.
        print_document({"error": Failure("The command was not understood.", code=2).document()})
    return code if isinstance(code, int) else 0
