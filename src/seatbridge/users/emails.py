"""Mail addresses, compared as people mean them."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email


class EmailRefused(ValueError):
    """Carries a sentence for the person who typed."""


def tidy_email(text: str) -> str:
    """Lower case, no space around: one person has one address, however it was typed."""
    return text.strip().lower()


def checked_email(text: str) -> str:
    """Raises EmailRefused."""
    email = tidy_email(text)
    try:
        validate_email(email)
    except ValidationError:
        raise EmailRefused("This is not a mail address, such as alice@northgate.example.") from None
    if len(email) > 254:
        raise EmailRefused("The mail address is longer than 254 characters.")
    return email
