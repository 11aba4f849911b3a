"""Rows as a file to take out: sent as they are made, however many."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse


def csv_answer(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    """`name`: of the file, ours, with its ending."""
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
