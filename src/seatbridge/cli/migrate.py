"""`migrate`"""

from seatbridge.cli.migrating import migrate
from seatbridge.cli.options import AsJson
from seatbridge.cli.printing import answer


def migrate_database(*, as_json: AsJson = False) -> int:
    """Bring the database to the shape of this program."""
    applied = migrate()
    said = [f"Applied {len(applied)} migrations."] if applied else ["The database is up to date."]
    answer({"applied": applied}, said, as_json=as_json)
    return 0
