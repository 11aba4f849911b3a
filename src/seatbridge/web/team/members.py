"""Who belongs to the partner, and who is invited."""

from smtplib import SMTPException

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from seatbridge.partners.access import Access, require
from seatbridge.partners.models import Invitation, Member
from seatbridge.partners.roles import SENTENCES, Right, Role, may_give
from seatbridge.team.asking import AskedBefore
from seatbridge.team.changing import change_role, remove, removed_before
from seatbridge.team.giving import read_role
from seatbridge.team.inviting import invite, open_invitations, withdraw
from seatbridge.team.refusing import TeamRefused
from seatbridge.web.shown_once import put, take
from seatbridge.web.team.forms import InviteForm, roles_to_give
from seatbridge.web.team.mailing import link_of, send_invitation


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    return _page(request, access, InviteForm(access.role))


@require_POST
def invite_member(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.TEAM)
    form = InviteForm(access.role, request.POST)
    if not form.is_valid():
        return _page(request, access, form, status=422)
    try:
        made = invite(
            access.partner,
            form.cleaned_data["email"],
            read_role(form.cleaned_data["role"]),
            own_role=access.role,
            actor=access.actor,
            now=timezone.now(),
            asked=str(form.cleaned_data["asked"]),
        )
    except TeamRefused as refused:
        form.add_error("email", str(refused))
        return _page(request, access, form, status=422)
    except AskedBefore:
        found = access.one(Invitation, asked=str(form.cleaned_data["asked"]))
        return redirect("team-invitation", found.pk)
    put(request, access, f"invitation {made.invitation.pk}", made.key)
    if settings.MAIL_IS_SENT:
        _send(request, made.invitation, link_of(request, made.key))
    return redirect("team-invitation", made.invitation.pk)


@require_GET
def show_invitation(request: HttpRequest, number: int) -> HttpResponse:
    """The link, once."""
    access = require(request, Right.TEAM)
    invitation = access.one(Invitation, pk=number)
    key = take(request, access, f"invitation {invitation.pk}")
    shown = {"invitation": invitation, "link": link_of(request, key) if key else "", "section": "team"}
    return render(request, "team/invitation.html", shown)


@require_POST
def withdraw_invitation(request: HttpRequest, number: int) -> HttpResponse:
    access = require(request, Right.TEAM)
    invitation = access.one(Invitation.objects.select_related("partner"), pk=number)
    withdraw(invitation, actor=access.actor, now=timezone.now())
    messages.success(request, f"The invitation of {invitation.email} no longer works.")
    return redirect("team")


@require_POST
def give_role(request: HttpRequest, number: int) -> HttpResponse:
    access = require(request, Right.TEAM)
    member = access.one(Member.objects.select_related("user"), pk=number)
    try:
        role = read_role(request.POST.get("role", ""))
        if change_role(member, role, own_role=access.role, actor=access.actor):
            messages.success(request, f"{member.user.get_full_name()} is now {role.label}.")
        else:
            messages.info(request, f"{member.user.get_full_name()} is {role.label} already.")
    except TeamRefused as refused:
        messages.error(request, str(refused))
    return redirect("team")


@require_POST
def remove_member(request: HttpRequest, number: int) -> HttpResponse:
    access = require(request, Right.TEAM)
    member = access.scoped(Member.objects.select_related("user")).filter(pk=number).first()
    if member is None:
        if not removed_before(access.partner, number):
            raise Http404
        # Pressed twice, or somebody else was faster: looked for afterwards, it cannot slip in between.
        messages.success(request, "This member was removed already.")
        return redirect("team")
    try:
        remove(member, own_role=access.role, actor=access.actor)
        name = member.user.get_full_name()
        messages.success(
            request, f"{name} no longer sees {access.partner.name}. API tokens stay: look there."
        )
    except TeamRefused as refused:
        messages.error(request, str(refused))
    return redirect(reverse("home") if member.user_id == getattr(access.user, "pk", None) else "team")


def _page(request: HttpRequest, access: Access, form: InviteForm, status: int = 200) -> HttpResponse:
    members = access.scoped(Member.objects.select_related("user")).order_by("user__email")
    shown = {
        "members": [(row, access.may(Right.TEAM) and may_give(access.role, row.role)) for row in members],
        "invitations": open_invitations(access.partner, timezone.now()).order_by("email"),
        "roles": roles_to_give(access.role),
        "meanings": [(role.label, SENTENCES[role]) for role in Role],
        "may_change": access.may(Right.TEAM),
        "form": form,
        "tab": "members",
    }
    return render(request, "team/members.html", shown, status=status)


def _send(request: HttpRequest, invitation: Invitation, link: str) -> None:
    try:
        send_invitation(invitation, link)
    except (OSError, SMTPException):
        messages.warning(request, "The mail could not be sent. Hand the link on yourself.")
    else:
        messages.success(request, f"The invitation is on its way to {invitation.email}.")
