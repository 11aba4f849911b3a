"""Numbers that come in forms and URLs."""

from collections.abc import Collection

from django.http import Http404


def number_of(text: str) -> int:
    """An id; Http404 for anything else."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)


def known_or_404(text: str, known: Collection[str]) -> None:
    if text not in known:
        raise Http404
