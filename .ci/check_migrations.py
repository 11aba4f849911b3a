"""Fail when a model has changed and no migration says so."""

import os
import tempfile

from django.core.management import call_command

from seatbridge.config.start import start

with tempfile.TemporaryDirectory() as home:
    for name in [name for name in os.environ if name.startswith("SEATBRIDGE_")]:
        del os.environ[name]
    os.environ["SEATBRIDGE_HOME"] = home
    start()
    call_command("makemigrations", check_changes=True, dry_run=True)
