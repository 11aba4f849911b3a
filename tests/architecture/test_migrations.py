"""Processes of the previous release run on while the database is migrated: they must not notice it.

What is taken away waits for the release after the one that no longer uses it, and is then named here.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import SRC, tree_of

PRODUCT = SRC / "seatbridge"

# Before the first release there was no previous one.
BEFORE_ANY_RELEASE = {"sync/migrations/0002_requested_runs.py"}
# Code of the previous release would read or write what is gone.
BREAKING = {"RemoveField", "RenameField", "DeleteModel", "RenameModel", "AlterModelTable"}


def migrations() -> Iterator[Path]:
    for path in sorted(PRODUCT.glob("*/migrations/0*.py")):
        if not path.name.startswith("0001_") and str(path.relative_to(PRODUCT)) not in BEFORE_ANY_RELEASE:
            yield path


def operations(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def breaks(name: str, call: ast.Call) -> str:
    """Why code of the previous release could not live with it; empty: it can."""
    if name in BREAKING:
        return f"{name} takes away what the previous release uses"
    if name != "AddField":
        return ""
    field = next(each.value for each in call.keywords if each.arg == "field")
    assert isinstance(field, ast.Call)
    given = {each.arg for each in field.keywords}
    if "null" in given or "db_default" in given or ast.unparse(field.func).endswith("ManyToManyField"):
        return ""
    return f"AddField in line {call.lineno}: the previous release inserts rows without it; give it db_default"


def test_every_migration_leaves_the_previous_release_working() -> None:
    wrong = [
        f"{path.relative_to(PRODUCT)}: {why}"
        for path in migrations()
        for name, call in operations(path)
        if (why := breaks(name, call))
    ]
    assert wrong == []


def test_the_rule_finds_what_it_is_for() -> None:
    added = "migrations.AddField(model_name='a', name='b', field=models.{})"
    texts = ["migrations.RemoveField('a', 'b')", added.format("BooleanField(default=False)")]
    fine = [
        added.format("BooleanField(default=False, db_default=False)"),
        added.format("DateField(null=True)"),
    ]
    for text in [*texts, *fine]:
        call = ast.parse(text, mode="eval").body
        assert isinstance(call, ast.Call)
        assert isinstance(call.func, ast.Attribute)
        assert bool(breaks(call.func.attr, call)) == (text in texts), text
