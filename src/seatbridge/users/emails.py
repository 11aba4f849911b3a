"""Mail addresses, compared as people mean them."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MOST = 120  # what a run keeps of who asked for it


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
    if len(email) > MOST:
        raise EmailRefused(f"The mail address is longer than {MOST} characters.")
    return email
