"""The invitation as a mail, and its link."""

from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from seatbridge.kit.secret import Secret
from seatbridge.partners.models import Invitation


def link_of(request: HttpRequest, key: Secret) -> str:
    """Whole, as it goes into a mail."""
    path = reverse("join", args=[key.reveal()])
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)


def send_invitation(invitation: Invitation, link: str) -> None:
    """Raises OSError or SMTPException."""
    send_mail(
        f"Your invitation to {invitation.partner.name} on Seatbridge",
        render_to_string("team/invitation_mail.txt", {"invitation": invitation, "link": link}),
        None,
        [invitation.email],
    )
