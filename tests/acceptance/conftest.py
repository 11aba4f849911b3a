"""The acceptance tier: the simulator on a real port, the client, the commands."""

import tests.with_django  # noqa: F401 - first: models need Django set up
from tests.ledger_guard import django_db_setup

__all__ = ["django_db_setup"]
