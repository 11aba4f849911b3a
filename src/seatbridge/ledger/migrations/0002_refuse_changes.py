"""The database itself refuses to change or delete an entry.

On SQLite a later migration that alters the table rebuilds it without these triggers, and must install them again.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_TABLE = "ledger_ledgerentry"
_MESSAGE = "a ledger entry is never changed or deleted"

INSTALL = {
    "postgresql": [
        "CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$",
        f"CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON {_TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()",
    ],
    "sqlite": [
        f"CREATE TRIGGER ledger_refuse_{verb.lower()} BEFORE {verb} ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        for verb in ("UPDATE", "DELETE")
    ],
}
REMOVE = {
    "postgresql": [f"DROP TRIGGER ledger_append_only ON {_TABLE}", "DROP FUNCTION ledger_refuse_change()"],
    "sqlite": [f"DROP TRIGGER IF EXISTS ledger_refuse_{verb}" for verb in ("update", "delete")],
}


def install(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in INSTALL[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def remove(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in REMOVE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_ledger")]
    operations = [migrations.RunPython(install, remove)]
