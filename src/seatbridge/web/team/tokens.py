"""API tokens: made, shown once, revoked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from seatbridge.partners.access import Access, require
from seatbridge.partners.models import ApiToken
from seatbridge.partners.roles import Right
from seatbridge.team.asking import AskedBefore
from seatbridge.team.giving import read_role
from seatbridge.team.refusing import TeamRefused
from seatbridge.team.tokens import make_token, revoke_token
from seatbridge.web.shown_once import put, take
from seatbridge.web.team.forms import TokenForm


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    return _page(request, access, TokenForm(access.role))


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.TEAM)
    form = TokenForm(access.role, request.POST)
    if not form.is_valid():
        return _page(request, access, form, status=422)
    asked = str(form.cleaned_data["asked"])
    try:
        token, text = make_token(
            access.partner,
            form.cleaned_data["name"],
            read_role(form.cleaned_data["role"]),
            days=form.cleaned_data["days"],
            own_role=access.role,
            actor=access.actor,
            now=timezone.now(),
            asked=asked,
        )
    except TeamRefused as refused:
        form.add_error("name", str(refused))
        return _page(request, access, form, status=422)
    except AskedBefore:
        return redirect("team-token", access.one(ApiToken, asked=asked).pk)
    put(request, access, f"token {token.pk}", text)
    return redirect("team-token", token.pk)


@require_GET
def show_one(request: HttpRequest, number: int) -> HttpResponse:
    """The token's text, once."""
    access = require(request, Right.TEAM)
    token = access.one(ApiToken, pk=number)
    text = take(request, access, f"token {token.pk}")
    shown = {"token": token, "text": text.reveal() if text else "", "section": "team"}
    return render(request, "team/token.html", shown)


@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    access = require(request, Right.TEAM)
    token = access.one(ApiToken, pk=number)
    revoke_token(token, actor=access.actor, now=timezone.now())
    messages.success(request, f"{token.name} ({token.prefix}) opens nothing any more.")
    return redirect("team-tokens")


def _page(request: HttpRequest, access: Access, form: TokenForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    shown = {
        "tokens": [
            (row, _state(row, expired=bool(row.expires_at and row.expires_at <= now)))
            for row in access.scoped(ApiToken).order_by("revoked_at", "name")
        ],
        "may_change": access.may(Right.TEAM),
        "form": form,
        "tab": "tokens",
        "section": "team",
    }
    return render(request, "team/tokens.html", shown, status=status)


def _state(token: ApiToken, *, expired: bool) -> str:
    if token.revoked_at:
        return "revoked"
    return "expired" if expired else "works"
