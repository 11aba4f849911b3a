"""The door of the command line: Django is set up first, since no model can be imported before."""

import os
import sys
from importlib import import_module

import django

from seatbridge.config.settings import SettingsRefused
from seatbridge.config.start import start

HELP = ("--help", "-h")
DEMO = "demo"


def main() -> None:
    words = sys.argv[1:]
    try:
        if not words or words[0] == DEMO or any(word in HELP for word in words):
            # Reading the help makes no data folder and needs no sound settings; the demo has its own.
            os.environ["DJANGO_SETTINGS_MODULE"] = "seatbridge.config.django_settings"
            django.setup()
        else:
            start()
    except SettingsRefused as refused:
        sys.stderr.write("".join(f"{line}\n" for line in refused.lines))
        sys.exit(2)
    import_module("seatbridge.cli.running").run(words)


if __name__ == "__main__":
    main()
