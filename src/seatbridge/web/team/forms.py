"""What is typed on the team's pages."""

import uuid

from django import forms
from django.http import QueryDict

from seatbridge.partners.roles import SENTENCES, Role, may_give
from seatbridge.team.tokens import LONGEST_DAYS, LONGEST_NAME
from seatbridge.users.emails import MOST


def roles_to_give(own: Role) -> list[tuple[str, str]]:
    return [(role.value, role.label) for role in reversed(Role) if may_give(own, role)]


def role_help(own: Role) -> str:
    return " ".join(f"{role.label}: {SENTENCES[role]}" for role in reversed(Role) if may_give(own, role))


class _Giving(forms.Form):
    """Gives a role; carries a key of its own, so that sending it twice does one thing."""

    asked = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, own: Role, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["role"] = forms.ChoiceField(label="Role", choices=roles_to_give(own))


class InviteForm(_Giving):
    email = forms.EmailField(
        label="Mail address",
        max_length=MOST,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "This is not a mail address, such as alice@northgate.example."},
    )


class TokenForm(_Giving):
    name = forms.CharField(label="Which program uses it", max_length=LONGEST_NAME)
    days = forms.IntegerField(
        label="Works for",
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=365,
        help_text="Days, from now on.",
    )


class JoinForm(forms.Form):
    name = forms.CharField(
        label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label="Password",
        help_text="At least 12 characters.",
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
