"""A story that many tests begin with, settled once: each of them gets its rows and a BMS of its own.

Settling takes a sync of everything, which was a third of what these tests computed.
"""

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

from seatbridge.config.settings import Settings
from seatbridge.partners.models import Partner
from tests.support import story
from tests.support.story import Story
from tests.support.story_world import Client

Rows = dict[str, list[tuple[Any, ...]]]  # by the statement that puts them back
NUMBERS = "sqlite_sequence"  # which number each table gives next, whatever was removed from it


@dataclass(slots=True)
class KeptStories:
    _kept: dict[str, tuple[bytes, Rows]] = field(default_factory=dict)

    def settled(self, cast: Sequence[Client], *, settings: Settings, folder: Path, **how: Any) -> Story:
        """As `story.settled`."""
        calm = self._calm(story.without_users(cast), settings, folder, how)
        return story.counted(calm, cast)

    def _calm(self, cast: list[Client], settings: Settings, folder: Path, how: Mapping[str, Any]) -> Story:
        """As `story.calm`, which the first with these words calls."""
        if connection.vendor != "sqlite" or Partner.objects.exists():
            return story.calm(cast, settings=settings, folder=folder, **how)
        words = repr((cast, sorted(how.items())))
        if words in self._kept:
            kept, rows = self._kept[words]
            _put_back(rows)
            again: Story = pickle.loads(kept)  # noqa: S301 - this process wrote it
            again.settings, again.folder = settings, folder
            return again
        told = story.calm(cast, settings=settings, folder=folder, **how)
        # Settings hold keys, which are never written anywhere.
        self._kept[words] = pickle.dumps(replace(told, settings=None)), rows_of_all()
        return told


def rows_of_all() -> Rows:
    """As they lie in the database: behind a plus nothing is made of a column's type."""
    tables = [
        model._meta.db_table
        for app in apps.get_app_configs()
        if app.name.startswith("seatbridge.")
        for model in app.get_models(include_auto_created=True)
    ]
    with connection.cursor() as cursor:
        found: Rows = {}
        for table in (*tables, NUMBERS):
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608 - our own tables' names
            names = [column[0] for column in cursor.description]
            columns = ", ".join(f'+"{name}"' for name in names)
            cursor.execute(f"SELECT {columns} FROM {table}")  # noqa: S608
            marks = ", ".join(["%s"] * len(names))
            found[f"INSERT INTO {table} VALUES ({marks})"] = cursor.fetchall()  # noqa: S608
    return {statement: rows for statement, rows in found.items() if rows}


def _put_back(rows: Rows) -> None:
    """Who refers to whom is looked at when a transaction ends, so that any order will do."""
    with connection.cursor() as cursor:
        for statement, each in rows.items():
            if NUMBERS in statement:
                cursor.execute(f"DELETE FROM {NUMBERS}")  # noqa: S608
            cursor.executemany(statement, each)
