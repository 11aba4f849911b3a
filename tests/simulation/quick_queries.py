"""Django puts the same few columns together anew for every query; a history asks hundreds of them.

What depends on the model alone is kept here for the process: a tenth of a seed's time.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX, SQLiteCursorWrapper
from django.db.models import Model
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

_plain_select = SQLCompiler.get_select
_plain_converters = SQLCompiler.get_converters
_selects: dict[type[Model], tuple[list[Any], dict[str, Any], dict[str, int]]] = {}
_converters: dict[tuple[int, ...], dict[int, Any]] = {}


def ask_quickly() -> None:
    SQLCompiler.get_select = _select
    SQLCompiler.get_converters = _converters_of
    SQLiteCursorWrapper.convert_query = _convert_query


def _select(self: SQLCompiler, with_col_aliases: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's own
    query, model = self.query, self.query.model
    if with_col_aliases or not query.default_cols or not _is_plain(query):
        return _plain_select(self, with_col_aliases)
    found = _selects.get(model)
    if found is None:
        found = _selects[model] = _plain_select(self)
    columns, about, annotations = found
    return columns, dict(about), annotations


def _is_plain(query: Any) -> bool:
    """All columns of one model under the table's own name, and nothing beside them."""
    return (
        query.selected is None
        and not query.annotations
        and not query.extra
        and not query.select_related
        and not query.deferred_loading[0]
        and query.get_initial_alias() == query.model._meta.db_table
    )


def _converters_of(self: SQLCompiler, expressions: Sequence[Any]) -> Any:
    columns = list(expressions)
    if not all(type(each) is Col and each.target.cached_col is each for each in columns):
        return _plain_converters(self, columns)
    key = tuple(map(id, columns))  # each lives as long as its model
    found = _converters.get(key)
    if found is None:
        found = _converters[key] = _plain_converters(self, columns)
    return found


def _convert_query(self: SQLiteCursorWrapper, query: str, *, param_names: Any = None) -> str:
    if param_names is not None:
        return query % {name: f":{name}" for name in param_names}
    return _with_question_marks(query)


@lru_cache(maxsize=4096)
def _with_question_marks(query: str) -> str:
    return FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")
