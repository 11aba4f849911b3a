"""Pages and the API see a partner's rows through partners.access alone: no query of their own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import SRC, python_files, tree_of

WATCHED = [SRC / "seatbridge" / "web", SRC / "seatbridge" / "api"]
MANAGERS = {"objects", "_default_manager", "_base_manager"}
GATES = {"scoped", "one"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}
INLINE = ("<style", " style=", "<script>", " onclick=", " onchange=", " onsubmit=", "javascript:", "hx-on")
RAW = {"raw", "cursor", "RawSQL", "extra"}


def unscoped(tree: ast.Module) -> Iterator[str]:
    """Lines with a query that no gate has seen."""
    behind_a_gate = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for argument in _judged(node)
        for inner in ast.walk(argument)
    }
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    # A list's page has a cursor too: that one is read, and the database's is called.
    read = {
        id(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "cursor" and id(node) not in called
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in behind_a_gate:
            yield f"{node.lineno}: {ast.unparse(node)} is not an argument of access.scoped or access.one"
        if isinstance(node, ast.Attribute) and node.attr in RAW and id(node) not in read:
            yield f"{node.lineno}: {ast.unparse(node)} writes its own SQL"
        if isinstance(node, ast.Name) and node.id in SHORTCUTS:
            yield f"{node.lineno}: {node.id} does not know the partner"


def _judged(call: ast.Call) -> list[ast.expr]:
    """What a gate is given; and a subquery about the row outside, which came through a gate itself."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in GATES:
        return call.args[:1]
    is_subquery = isinstance(call.func, ast.Name) and call.func.id in ("Exists", "Subquery")
    return call.args[:1] if is_subquery and "OuterRef(" in ast.unparse(call) else []


@pytest.mark.parametrize("file", python_files(*WATCHED), ids=lambda file: str(file.relative_to(SRC)))
def test_no_query_goes_around_the_gate(file: Path) -> None:
    assert list(unscoped(tree_of(file))) == []


@pytest.mark.parametrize(
    "text",
    [
        "Integration.objects.get(pk=1)",
        "row = Integration._default_manager.filter(partner=partner)",
        "get_object_or_404(Integration, pk=1)",
        "access.one(Integration, pk=Integration.objects.first().pk)",
        "connection.cursor()",
        "rows.annotate(mapped=Exists(CompanyMapping.objects.filter(pk=1)))",
    ],
)
def test_the_lint_sees_a_query_that_goes_around(text: str) -> None:
    assert list(unscoped(ast.parse(text))) != []


@pytest.mark.parametrize(
    "text",
    [
        "access.scoped(Integration.objects.select_related('partner')).order_by('pk')",
        "access.one(Integration, pk=1)",
        "read_cursor(paging.cursor)",
        "access.one(Integration.objects.defer('sealed_password'), pk=1)",
        "rows.annotate(mapped=Exists(CompanyMapping.objects.filter(integration=OuterRef('pk'))))",
    ],
)
def test_the_lint_lets_the_gate_through(text: str) -> None:
    assert list(unscoped(ast.parse(text))) == []


def test_templates_hold_no_inline_script_or_style() -> None:
    """The content security policy would refuse them; better that the build does."""
    found = [
        f"{file.relative_to(SRC)}: {sign}"
        for file in sorted((SRC / "seatbridge").glob("*/templates/**/*.html"))
        for sign in (
            "<style",
            " style=",
            "<script>",
            " onclick=",
            " onchange=",
            " onsubmit=",
            "javascript:",
            "hx-on",
        )
        if sign in file.read_text(encoding="utf-8")
    ]
    assert found == []


def test_templates_ask_nobody_else() -> None:
    found = [
        f"{file.relative_to(SRC)}"
        for pattern in ("*/templates/**/*.html", "web/static/**/*.css", "web/static/**/*.js")
        for file in sorted((SRC / "seatbridge").glob(pattern))
        for sign in ('src="http', 'href="http', "url(http", "@import", 'src="//', "|safe", "autoescape off")
        if sign in file.read_text(encoding="utf-8")
    ]
    assert found == []
