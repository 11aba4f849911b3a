"""SEATBRIDGE_EMAIL_URL, read into what Django wants to know."""

from typing import Any
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465}


def mail_settings(email_url: str, public_url: str) -> dict[str, Any]:
    """Without a URL no mail leaves: whoever invites passes the one-time link on."""
    url = urlsplit(email_url)
    user = unquote(url.username or "")
    sender = user if "@" in user else f"seatbridge@{urlsplit(public_url).hostname or 'localhost'}"
    if url.scheme not in _PORTS:
        backend = "console" if url.scheme == "console" else "dummy"
        return {
            "EMAIL_BACKEND": f"django.core.mail.backends.{backend}.EmailBackend",
            "DEFAULT_FROM_EMAIL": sender,
        }
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname or "localhost",
        "EMAIL_PORT": url.port or _PORTS[url.scheme],
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        # A password never crosses the network in the clear.
        "EMAIL_USE_TLS": url.scheme == "smtp" and bool(user),
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": sender,
    }
