"""Turn what a person pastes as "my BMS host" into a plain hostname, or say exactly what is wrong with it."""

import ipaddress
import re

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?\Z")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)\Z")
_HOME_NAMES = ("local", "lan", "home", "internal", "intranet", "corp", "home.arpa")


class HostRefused(ValueError):
    """A host that may not be called. `fix` says what a person can do."""

    def __init__(self, what: str, *, fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix


def clean_hostname(text: str) -> tuple[str, str]:
    """The bare lower-case hostname, and a sentence on what was cut away ("" where nothing was).

    Only the spelling is judged here: whether the host may be called is `HostList.base_url`'s matter.
    """
    typed = text.strip()
    if not typed:
        raise HostRefused("The hostname is empty.", fix="Type the host that you sign in to BMS on.")
    _refuse_odd_characters(typed)
    host = _without_url_parts(typed).lower().removesuffix(".")
    _refuse_addresses(host)
    _refuse_bad_names(host)
    return host, "" if host == typed.lower() else f"Only the host was taken from what you typed: {host}."


def _refuse_odd_characters(typed: str) -> None:
    if any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in typed):
        raise HostRefused("The hostname holds control characters.", fix="Type it by hand, do not paste it.")
    if any(sign.isspace() for sign in typed):
        raise HostRefused(
            "The hostname holds a space.", fix="Type the host alone, for example bms.kaseya.com."
        )
    if not typed.isascii():
        raise HostRefused(
            "The hostname holds letters outside a-z, which may only look like the real ones.",
            fix="Type it by hand in plain letters.",
        )
    if "\\" in typed or "%" in typed:
        raise HostRefused(
            "The hostname holds a backslash or a percent sign.",
            fix="Type the host alone, for example bms.kaseya.com.",
        )


def _without_url_parts(typed: str) -> str:
    scheme, mark, rest = typed.partition("://")
    if not mark:
        rest = typed
    elif scheme.lower() not in ("http", "https"):
        raise HostRefused(
            f"An address that begins with {scheme}:// is not a web address.", fix="Type the host alone."
        )
    place = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if not place:
        raise HostRefused(
            "The address names no host.", fix="Type the host alone, for example bms.kaseya.com."
        )
    if "@" in place:
        raise HostRefused(
            "The hostname holds a user name or password (the part before @).",
            fix="Leave it out; user name and password have their own fields.",
        )
    if place.startswith("[") or place.count(":") > 1:
        _refuse_address(place.lstrip("[").partition("]")[0], "an IPv6 address")
    if ":" in place:
        raise HostRefused(
            "The hostname holds a port (the part after the colon).",
            fix="Leave it out. A host on another port must be allowed by the operator.",
        )
    return place


def _refuse_addresses(host: str) -> None:
    # Resolvers read 2130706433, 0x7f.1 and 017700000001 as IPv4 addresses, so the last label decides.
    if _NUMBER.match(host.rpartition(".")[2]):
        _refuse_address(host, "an IPv4 address")


def _refuse_address(text: str, kind: str) -> None:
    fix = "Use the name of the host. Addresses can only be allowed by the operator."
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise HostRefused(f"{text} is a number, and is read as {kind}, not as a name.", fix=fix) from None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        raise HostRefused(f"{text} is a loopback address: this machine itself.", fix=fix)
    if address.is_link_local:
        raise HostRefused(f"{text} is a link-local address.", fix=fix)
    if address.is_private:
        raise HostRefused(f"{text} is an address of a private network.", fix=fix)
    raise HostRefused(f"{text} is {kind}, not a name.", fix=fix)


def _refuse_bad_names(host: str) -> None:
    if host == "localhost" or host.endswith((".localhost", ".localdomain")):
        raise HostRefused(
            f"{host} is this machine itself.",
            fix="Type the host that you sign in to BMS on; it is on the internet.",
        )
    if host.endswith(tuple(f".{name}" for name in _HOME_NAMES)):
        raise HostRefused(
            f"{host} is a name of a private network.", fix="Ask the operator to allow this host."
        )
    labels = host.split(".")
    if len(host) > 253 or any(len(label) > 63 for label in labels):
        raise HostRefused(
            "The hostname is too long to exist.", fix="Type the host alone, for example bms.kaseya.com."
        )
    if any(label.startswith("xn--") for label in labels):
        raise HostRefused(
            f"{host} is an encoded name of foreign letters, which may only look like the real one.",
            fix="Kaseya's hosts are written in plain letters.",
        )
    if len(labels) == 1:
        raise HostRefused(
            f"{host} is not a full hostname.", fix="Type all of it, for example bms.kaseya.com."
        )
    if not all(_LABEL.match(label) for label in labels):
        raise HostRefused(
            f"{host} is not a hostname: only letters, digits, hyphens and dots between them.",
            fix="Type the host alone, for example bms.kaseya.com.",
        )
