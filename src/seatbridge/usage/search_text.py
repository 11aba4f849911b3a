"""What a search for companies reads: name, ref and domains as one text, without upper and lower case.

One text is read in half the time of three; and SQLite knows no letters but English ones in two cases.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

# An index holds the text whole, and PostgreSQL takes 2,704 bytes there: letters of four bytes still fit.
LONGEST = 600
_BATCH = 500
_Company = TypeVar("_Company", bound=models.Model)


if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:
    _Text = models.CharField  # takes no types while it runs


class SearchText(_Text):
    """Written with every row that is saved or created. A statement of its own calls `fold` afterwards."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001 - Django's signature
        text = text_of(model_instance)
        setattr(model_instance, self.attname, text)
        return text


def text_of(company: Any) -> str:
    """Only a list of very many domains is longer than an index takes: its last ones are not searched."""
    return f"{company.name} {company.ref} {company.domains}".casefold()[:LONGEST].strip()


def fold(companies: models.QuerySet[_Company]) -> None:
    """Brings the text of each up to date; one query where all are."""
    rows = companies.only("name", "ref", "domains", "search_text").iterator(chunk_size=_BATCH)
    for batch in _stale(rows):
        companies.model._default_manager.bulk_update(batch, ["search_text"])  # noqa: SLF001 - the model is given


def _stale(rows: Iterable[Any]) -> Iterable[list[Any]]:
    batch = []
    for row in rows:
        text = text_of(row)
        if row.search_text != text:
            row.search_text = text
            batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
