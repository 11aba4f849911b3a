"""What people type into forms, kept within reason."""

from django.http import HttpRequest, QueryDict

LONGEST = (
    1000  # no field of ours is longer, so that it is refused all the same, and shown again in one screen
)


def typed(request: HttpRequest) -> QueryDict:
    """The posted fields, each cut: what is typed is shown again, and a page must not grow with it."""
    found = request.POST.copy()
    for name in found:
        found.setlist(name, [text[:LONGEST] for text in found.getlist(name)])
    return found
