from typing import Any

from django.core.management import call_command
from django.db import migrations


def make_table(_apps: Any, _schema_editor: Any) -> None:
    """None on SQLite: one process alone keeps its marks in memory."""
    call_command("createcachetable", verbosity=0)


class Migration(migrations.Migration):

    dependencies = [
        ('vitals', '0001_beats_and_tallies'),
    ]

    operations = [
        migrations.RunPython(make_table, migrations.RunPython.noop),
    ]
