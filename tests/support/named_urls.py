"""The portal's URLs as the URL conf has them: what is added later is found here too."""

from collections.abc import Iterator

from django.urls import URLResolver, get_resolver

NamedUrl = tuple[str, tuple[str, ...], str]  # name, its parameters, the path with `%(parameter)s` in it


def named_urls(*, with_allauth: bool = False) -> list[NamedUrl]:
    """Without the API, which has a document of its own; `with_allauth`: sign-in and passwords too."""
    return sorted(_walk(get_resolver(), with_allauth=with_allauth))


def _walk(resolver: URLResolver, *, with_allauth: bool) -> Iterator[NamedUrl]:
    for name in {key for key in resolver.reverse_dict if isinstance(key, str)}:
        if ":" in name or (name.startswith("account_") and not with_allauth):
            continue
        template, parameters = resolver.reverse_dict.getlist(name)[0][0][0]
        if not template.startswith("api/"):
            yield name, tuple(parameters), "/" + template
