"""Fail when a template cannot be read: else a page that no test opens breaks in front of a person."""

import os
import sys
import tempfile
from pathlib import Path

from django.template import TemplateSyntaxError
from django.template.loader import get_template

from seatbridge.config.start import start

SOURCES = Path(__file__).resolve().parent.parent / "src/seatbridge"

with tempfile.TemporaryDirectory() as home:
    for name in [name for name in os.environ if name.startswith("SEATBRIDGE_")]:
        del os.environ[name]
    os.environ["SEATBRIDGE_HOME"] = home
    start()
    broken = []
    for folder in sorted(SOURCES.glob("*/templates")):
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            try:
                get_template(str(file.relative_to(folder)))
            except TemplateSyntaxError as error:
                broken.append(f"{file.relative_to(folder)}: {error}")
    sys.exit("\n".join(broken) or None)
