"""The connection form: typed, authenticated, saved."""

from dataclasses import asdict

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from seatbridge.config.start import current
from seatbridge.integrations.adding import add_integration, change_connection, keep_draft
from seatbridge.integrations.changing import SettingRefused
from seatbridge.integrations.models import Integration
from seatbridge.integrations.switching import enable
from seatbridge.mappings.refreshing_behind import authenticate_and_read
from seatbridge.partners.access import Access, require
from seatbridge.partners.roles import Right
from seatbridge.sync.removing import has_run
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.integrations.forms import Connection
from seatbridge.web.integrations.once import is_first, new_mark
from seatbridge.web.integrations.page import show_page
from seatbridge.web.integrations.stale import Stale, connection_values, guarded
from seatbridge.web.integrations.typed import typed

AUTHENTICATED = "authenticated"  # session key: what the last Authenticate said, shown once
TWICE = "That form was sent twice. It was done once."


def new(request: HttpRequest) -> HttpResponse:
    """The tile's page. A connection that was typed and not saved is gone on with."""
    access = require(request, Right.SETTINGS if request.method == "POST" else Right.VIEW)
    draft = access.scoped(Integration).filter(is_draft=True).first()
    if draft is not None:
        return redirect("integration", draft.pk) if request.method != "POST" else save(request, draft.pk)
    form = Connection(typed(request)) if request.method == "POST" else Connection()
    if form.is_bound and form.is_valid():
        if not is_first(request):
            messages.info(request, TWICE)
            return redirect("integrations")
        try:
            with transaction.atomic():
                made, said = add_integration(
                    access.partner, form.asked, current(), actor=access.actor, draft=True
                )
        except SettingRefused as refused:
            form.add_error(refused.field or None, str(refused))
        except IntegrityError:  # the other tab was quicker
            return redirect("integrations")
        else:
            return _go_on(request, access, made, said)
    context = {"form": form, "once": new_mark(), "section": "integrations"}
    return render(request, "integrations/new.html", context, status=422 if form.errors else 200)


@require_POST
def save(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.SETTINGS)
    form = Connection(typed(request)).for_stored(integration)
    if not form.is_valid():
        return show_page(request, access, integration, connection=form)
    if not is_first(request):
        messages.info(request, TWICE)
        return redirect("integration", integration.pk)
    try:
        with guarded(request, access, integration, connection_values):
            said = change_connection(
                integration,
                form.asked,
                current(),
                actor=access.actor,
                movable=not has_run(integration),
            )
    except Stale as stale:
        form.add_error(None, str(stale))
        return show_page(request, access, integration, connection=form)
    except SettingRefused as refused:
        form.add_error(refused.field or None, str(refused))
        return show_page(request, access, integration, connection=form)
    return _go_on(request, access, integration, said)


def _go_on(request: HttpRequest, access: Access, integration: Integration, said: list[str]) -> HttpResponse:
    """What was typed is stored; now authenticate with it, or save it for good."""
    for sentence in said:
        messages.info(request, sentence)
    if request.POST.get("do") == "authenticate":
        answer = authenticate_and_read(integration, actor=access.actor)
        request.session[AUTHENTICATED] = {**asdict(answer), "integration": integration.pk}
    else:
        keep_draft(integration, actor=access.actor)
        messages.success(request, "The connection is saved.")
    if request.POST.get("enabled") and request.POST.get("do") != "authenticate":
        for sentence in enable(integration, actor=access.actor):
            messages.success(request, sentence)
    return redirect("integration", integration.pk)
