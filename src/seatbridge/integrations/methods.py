"""How units are written: what the partner chose, and what the BMS company showed."""

from django.db import transaction

from seatbridge.integrations.changing import SettingRefused, change, tell
from seatbridge.integrations.models import BmsCompany, Integration
from seatbridge.reconcile.facts import Ahead, BmsReading, Method, Verdict


def bms_company(integration: Integration) -> BmsCompany:
    """The row that all integrations of one BMS company share; made at the first call."""
    company, _ = BmsCompany.objects.get_or_create(
        host=integration.hostname, company_name=integration.company_name.casefold()
    )
    return company


def verdict(integration: Integration) -> Verdict:
    """Reads, and makes no row: pages ask it too."""
    key = {"host": integration.hostname, "company_name": integration.company_name.casefold()}
    return verdict_of(integration, BmsCompany.objects.filter(**key).first() or BmsCompany(**key))


def verdict_of(integration: Integration, company: BmsCompany) -> Verdict:
    """`company`: the integration's, as just read."""
    return Verdict(
        reading=BmsReading(company.reading),
        chosen=Method(integration.chosen_method),
        ahead=Ahead(company.ahead),
        rewrites_are_clean=integration.rewrites_are_clean,
        test_contract=integration.test_contract_id,
        why=company.undecided_reason,
    )


def choose_method(integration: Integration, method: str, *, actor: str) -> list[str]:
    """A person's choice, which is also a person's look: an undecided test write may be made again.

    Raises SettingRefused for *adjust* where this BMS company was seen not to adjust.
    """
    if method not in list(Method):
        raise SettingRefused(f"{method} is not a write method: choose one of {', '.join(Method)}.")
    with transaction.atomic():
        made = bms_company(integration)
        company = BmsCompany.objects.select_for_update().get(pk=made.pk)
        reading = BmsReading(company.reading)
        if method == Method.ADJUST and reading in (BmsReading.APPENDS, BmsReading.REJECTS):
            raise SettingRefused(_no_adjust(reading))
        said = _clear_undecided(integration, company, actor)
        change(integration, "integration.write-method-set", actor, {"chosen_method": method})
    return said


def _no_adjust(reading: BmsReading) -> str:
    seen = {
        BmsReading.APPENDS: "adds a second line when a service is posted again: the client would pay twice",
        BmsReading.REJECTS: "refuses a service that is on the contract already",
    }
    return f"This BMS company {seen[reading]}. Choose replace, price-carrying or by-hand."


def _clear_undecided(integration: Integration, company: BmsCompany, actor: str) -> list[str]:
    if company.reading != BmsReading.UNDECIDED:
        return []
    why = company.undecided_reason
    company.reading, company.undecided_reason = str(BmsReading.UNKNOWN), ""
    company.rejected_code = company.rejected_line_id = None
    company.save()
    tell(integration, "verdict.cleared", actor, {"why": why})
    return [f"The test write was undecided ({why}). With auto or adjust it is made again at the next sync."]


def set_test_contract(integration: Integration, contract_id: int | None, *, actor: str) -> None:
    """The contract of an account of the partner's own, on which the first write is tried. None: no longer."""
    change(integration, "integration.test-contract-set", actor, {"test_contract_id": contract_id})


def set_rewrites_clean(integration: Integration, *, clean: bool, actor: str) -> None:
    """A person looked after the test write: were the contract's Prorated Transactions still empty?"""
    change(integration, "integration.rewrites-clean-set", actor, {"rewrites_are_clean": clean})
