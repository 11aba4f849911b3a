"""Which PSA hosts may be called, and where: Kaseya's own, and those that the operator allows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from seatbridge.kit.hostnames import HostRefused, clean_hostname

__all__ = ["HostList", "HostRefused", "clean_hostname"]

_KASEYA = frozenset({"bms.kaseya.com", "bmsemea.kaseya.com", "bmsapac.kaseya.com"})
_KASEYA_FAMILY = ".vorexlogin.com"


def _is_kaseyas(host: str) -> bool:
    return host in _KASEYA or (host.endswith(_KASEYA_FAMILY) and not host.startswith("api."))


@dataclass(frozen=True, slots=True)
class HostList:
    """The operator's hosts beside Kaseya's own. A host that is on neither list is never called."""

    operators: Mapping[str, str] = field(default_factory=dict)  # host -> base URL

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read SEATBRIDGE_PSA_HOSTS: comma-separated `host` or `host=base-url`. Raises HostRefused."""
        found: dict[str, str] = {}
        for entry in filter(None, (part.strip() for part in text.split(","))):
            host, base_url = _read_entry(entry)
            if host in found:
                raise HostRefused(f"{host} is listed twice.", fix="Keep one of the two.")
            found[host] = base_url
        return cls(found)

    def base_url(self, host: str) -> str:
        """Where the API of `host` is; `/v2/...` is appended to it, nothing else. Raises HostRefused."""
        if host in self.operators:
            return self.operators[host]
        if _is_kaseyas(host):
            return f"https://api.{host}"
        web_host = host.removeprefix("api.")
        if web_host != host and (_is_kaseyas(web_host) or web_host in self.operators):
            raise HostRefused(f"{host} is the API's own host, not the BMS host.", fix=f"Type {web_host}.")
        raise HostRefused(
            f"{host} is neither one of Kaseya's hosts nor allowed by the operator.",
            fix="Check the spelling. Your own host must be added to SEATBRIDGE_PSA_HOSTS by the operator.",
        )


def _read_entry(entry: str) -> tuple[str, str]:
    name, mark, url = (part.strip() for part in entry.partition("="))
    try:
        host, said = clean_hostname(name)
        base_url = _base_url(url) if mark else f"https://api.{host}"
    except HostRefused as refused:
        # Only the host is repeated: the rest of the entry may hold a password.
        raise HostRefused(f"{name.rpartition('@')[2]}: {refused.what}", fix=refused.fix) from None
    if said:
        raise HostRefused(f"{host}: a plain hostname belongs before the =.", fix=f"Write {host}.")
    return host, base_url


def _base_url(text: str) -> str:
    fix = "Write host=https://api.example.com, or http:// with a port for tests."
    try:
        url = urlsplit(text)
        _ = url.port  # a port that is no number is found only when it is asked for
    except ValueError:
        raise HostRefused("Its base URL is not a web address.", fix=fix) from None
    if url.scheme not in ("http", "https") or not url.hostname or any(sign.isspace() for sign in text):
        raise HostRefused("Its base URL is not a web address.", fix=fix)
    if url.username is not None or url.query or url.fragment:
        raise HostRefused("Its base URL may hold no user name, ? or #.", fix=fix)
    return text.rstrip("/")
