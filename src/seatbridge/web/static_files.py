"""Static files by a URL that changes with their content: a new version is never shadowed by a cached one."""

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class StampedFiles(StaticFilesStorage):
    def url(self, name: str | None) -> str:
        url = super().url(name)
        stamp = _stamp(name or "")
        return f"{url}?v={stamp}" if stamp else url


@cache
def _stamp(name: str) -> str:
    """Empty where there is no such file: the page then shows a broken link and not a broken page."""
    found = finders.find(name)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12] if isinstance(found, str) else ""
