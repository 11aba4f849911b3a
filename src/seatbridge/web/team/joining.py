"""The other end of an invitation: a name and a password, and one is in."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from seatbridge.kit.secret import Secret
from seatbridge.partners.access import choose
from seatbridge.partners.models import Invitation
from seatbridge.team.adding import user_with
from seatbridge.team.inviting import accept_as, accept_as_new, find_invitation
from seatbridge.team.refusing import TeamRefused
from seatbridge.users.models import User
from seatbridge.web.team.forms import JoinForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, key: str) -> HttpResponse:
    invitation = find_invitation(key, timezone.now())
    if invitation is None:
        return render(request, "team/join_too_late.html", status=410)
    if isinstance(request.user, User):
        return _join_as(request, invitation, request.user)
    if user_with(invitation.email):
        return render(request, "team/join_sign_in_first.html", {"invitation": invitation})
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            password = Secret(form.cleaned_data["password"])
            user = accept_as_new(invitation, form.cleaned_data["name"], password, timezone.now())
        except TeamRefused as refused:
            if find_invitation(key, timezone.now()) is None:  # pressed twice: the first one was quicker
                return render(request, "team/join_too_late.html", status=410)
            form.add_error("password", str(refused))
        else:
            login(request, user, backend=BACKEND)
            return _welcome(request, invitation)
    status = 422 if form.errors else 200
    return render(request, "team/join.html", {"invitation": invitation, "form": form}, status=status)


def _join_as(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    shown: dict[str, object] = {"invitation": invitation, "refused": ""}
    if request.method == "POST":
        try:
            accept_as(invitation, user, timezone.now())
        except TeamRefused as refused:
            shown["refused"] = str(refused)
        else:
            return _welcome(request, invitation)
    return render(request, "team/join_as.html", shown)


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    choose(request, invitation.partner_id)
    messages.success(request, f"You are a member of {invitation.partner.name} now.")
    return redirect("home")
