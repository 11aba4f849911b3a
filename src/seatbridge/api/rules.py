"""What waits for a person, from when changes count, who counts, and how units are written."""

from typing import Any

from django.db import transaction

from seatbridge.api.calls import Call
from seatbridge.api.failing import told_as_problems
from seatbridge.api.integrations import PATH
from seatbridge.api.operations import resource
from seatbridge.api.problems import FieldError, Problem, invalid
from seatbridge.api.schemas.rules import RulesIn, RulesOut
from seatbridge.api.values import Search
from seatbridge.integrations.changing_rules import change_rules
from seatbridge.integrations.clocks import clock
from seatbridge.integrations.methods import choose_method
from seatbridge.integrations.reading_rules import read_rules
from seatbridge.integrations.rule_sets import OWN, RulesRead, RulesRefused
from seatbridge.partners.roles import Right
from seatbridge.usage.models import Company

rules = resource("Rules")


@rules.operation("GET", f"{PATH}/rules", RulesOut)
def get_rules(request: Call, company: Search = OWN) -> dict[str, Any]:
    """Read the rules of an integration, or those that hold for one company (`company`: its ref)."""
    return _shown(request, read_rules(request.integration), _ref(request, company))


@rules.operation("PUT", f"{PATH}/rules", RulesOut, right=Right.SETTINGS, body="application/json")
def put_rules(request: Call, body: RulesIn, company: Search = OWN) -> dict[str, Any]:
    """Change rules of an integration, or of one company (`company`: its ref), all of them or none.

    The next plan is made by them.
    """
    ref, actor = _ref(request, company), request.access.actor
    if ref != OWN and body.write_method is not None:
        raise invalid("write_method", "The write method is the integration's alone.")
    said: list[str] = []
    try:
        with told_as_problems(), transaction.atomic():
            if body.write_method is not None:
                said = choose_method(request.integration, body.write_method, actor=actor)
            changes = {
                name: str(value) if isinstance(value, float) else value for name, value in body.rules.items()
            }
            read = change_rules(request.integration, changes, actor, clock().now(), company=ref)
    except RulesRefused as refused:
        errors = [FieldError(f"rules.{name}", sentence) for name, sentence in refused.problems.items()]
        raise Problem(422, errors[0].message, errors=errors) from refused
    return _shown(request, read, ref) | {"notes": said}


def _ref(request: Call, company: str) -> str:
    return company if company == OWN else request.access.one(Company, ref=company).ref


def _shown(request: Call, read: RulesRead, ref: str) -> dict[str, Any]:
    return {
        "company": ref or None,
        "rules": read.texts_of(ref),
        "changed": sorted(read.changed_of(ref)),
        "companies": sorted(read.companies),
        "write_method": request.integration.chosen_method,
    }
