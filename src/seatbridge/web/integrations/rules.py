"""Rules, of an integration or a company: typed, tried on the last plan, saved."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from seatbridge.integrations.changing_rules import change_rules
from seatbridge.integrations.clocks import clock
from seatbridge.integrations.reading_rules import read_rules
from seatbridge.integrations.rule_book import BOOK
from seatbridge.integrations.rule_sets import OWN, Changes, RulesRefused, try_rules
from seatbridge.partners.roles import Right
from seatbridge.sync.shown.effect import effect_of
from seatbridge.usage.models import Company
from seatbridge.web.integrations.asked import asked_integration
from seatbridge.web.integrations.page import show_page
from seatbridge.web.integrations.rule_panel import Subject, Typed, mark_of, rules_panel
from seatbridge.web.integrations.typed import typed

ALREADY = "Nothing to save: these rules are in force."
MOVED = "These are not the rules that you saw the effect of. Here is their effect."


@require_POST
def save(request: HttpRequest, number: int) -> HttpResponse:
    access, integration = asked_integration(request, number, Right.SETTINGS)
    subject = Subject(integration, read_rules(integration))
    seen = _take(request, subject, access.actor)
    if seen is None:
        return redirect(f"/integrations/{integration.pk}/#rules")
    return show_page(request, access, integration, rules=seen)


@require_http_methods(["GET", "HEAD", "POST"])
def of_company(request: HttpRequest, number: int, ref: str) -> HttpResponse:
    right = Right.SETTINGS if request.method == "POST" else Right.VIEW
    access, integration = asked_integration(request, number, right)
    company = access.one(Company, ref=ref)
    subject = Subject(integration, read_rules(integration), company.ref, company.name)
    seen = None
    if request.method == "POST":
        seen = _take(request, subject, access.actor)
        if seen is None:
            return redirect(reverse("company", args=[ref]) + f"?integration={integration.pk}#rules")
    facts = {
        "section": "companies",
        "integration": integration,
        "company": company,
        "rules": rules_panel(subject, None, seen),
        "may_set": access.may(Right.SETTINGS),
    }
    status = 422 if seen is not None and seen.problems else 200
    return render(request, "integrations/company_rules.html", facts, status=status)


def _take(request: HttpRequest, subject: Subject, actor: str) -> Typed | None:
    """What was typed, to be shown with its effect or its faults. None: it is saved, or nothing differs."""
    texts, changes = _typed(request, subject.company)
    try:
        tried = try_rules(subject.rules, changes, subject.company)
    except RulesRefused as refused:
        return Typed(texts, refused.problems)
    saves = request.POST.get("do") == "save"
    if saves and tried.changed_of(subject.company) == subject.rules.changed_of(subject.company):
        messages.info(request, ALREADY)
        return None
    seen = mark_of(subject.rules, tried, subject.company) == request.POST.get("mark", "")
    if saves and seen:
        change_rules(subject.integration, changes, actor, clock().now(), company=subject.company)
        whose = f"{subject.name}'s own rules" if subject.name else "The rules"
        messages.success(request, f"{whose} are saved. The next plan is made by them.")
        return None
    if saves:
        messages.warning(request, MOVED)
    effect = effect_of(subject.integration, subject.rules, tried)
    return Typed(tried.texts_of(subject.company), {}, tried, effect)


def _typed(request: HttpRequest, company: str) -> tuple[dict[str, str], Changes]:
    """As text by rule name; the row that is to fall back carries no text of its own."""
    found = typed(request)
    asked = [name for name in BOOK if name in found and (company == OWN or BOOK[name].per_company)]
    back = found.get("back", "").split()
    texts = {name: str(found[name]) for name in asked if name not in back}
    return texts, {**texts, **dict.fromkeys(name for name in back if name in asked)}
