"""Which pages there are: the URL conf says what exists, the portal's own links say where one of each is."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx
from django.urls import Resolver404, resolve

from tests.support.named_urls import named_urls

_ADDRESS = re.compile(r'(?:href|action|hx-get|hx-post|formaction)="([^"#]+)')


@dataclass(frozen=True, slots=True)
class Found:
    """`pages`: URL name -> path of one whole page; `others`: fragments, files, forms without a page."""

    pages: dict[str, str] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)

    @property
    def missing(self) -> list[str]:
        """Names of the URL conf that nobody reached."""
        names = {name for name, _, _ in named_urls(with_allauth=True)}
        return sorted(names - self.pages.keys() - self.others)


def pages_of(address: str, cookies: dict[str, str], beginnings: Iterable[str]) -> Found:
    """From `beginnings` (paths) on, follow what the pages link to; each URL name is asked for once."""
    found = Found()
    with httpx.Client(base_url=address, cookies=cookies, trust_env=False, timeout=30) as browser:
        waiting = deque(beginnings)
        while waiting:
            path = waiting.popleft()
            name = name_of(path)
            if name and name not in found.pages and name not in found.others:
                waiting += _look(browser.get, name, path, found)
    return found


def _look(get: Callable[[str], httpx.Response], name: str, path: str, found: Found) -> Iterator[str]:
    answer = get(path)
    if answer.is_success and "<html" in answer.text[:200]:
        found.pages[name] = path
    else:
        found.others.add(name)
    if answer.is_success and answer.headers["content-type"].startswith("text/html"):
        return (urljoin(path, link.replace("&amp;", "&")) for link in _ADDRESS.findall(answer.text))
    return iter(())


def name_of(path: str) -> str | None:
    """Of our own pages only."""
    parts = urlsplit(path)
    if parts.netloc or parts.path.startswith(("/static/", "/api/")):
        return None
    try:
        return resolve(parts.path).url_name
    except Resolver404:
        return None
