"""Observe: both sides, as the facts that a plan is computed from. Reads only."""

from dataclasses import replace

from seatbridge.catalog.finding import service_prices
from seatbridge.integrations.methods import verdict_of
from seatbridge.integrations.reading_rules import read_rules
from seatbridge.mappings.reading import read_company_mappings
from seatbridge.mappings.renewing.taking import read_accepted
from seatbridge.reconcile.evidence import keys_without_evidence
from seatbridge.reconcile.facts import Facts
from seatbridge.reconcile.index import Index, index_facts
from seatbridge.reconcile.renewals import on_successors
from seatbridge.sync.approvals import approvals_of
from seatbridge.sync.crowding import crowded_contracts
from seatbridge.sync.decisions import read_decisions, read_waited
from seatbridge.sync.instructions import read_instructions
from seatbridge.sync.invoiced import read_invoiced
from seatbridge.sync.memory import open_debts, read_known
from seatbridge.sync.putting_back.orders import orders_for
from seatbridge.sync.running import Running
from seatbridge.usage.counting import counting_of
from seatbridge.usage.counts import read_counts
from seatbridge.usage.products import PRODUCTS


def observe(running: Running) -> Index:
    """1 counts and mappings  2 the latest reading of BMS  3 what we remember
    4 whether a moved total can be our line's  5 invoices, only where nothing better is known.
    All of it ordered, ready to be planned from.
    """
    integration, now = running.integration, running.billing_now()
    rules = read_rules(integration)
    counts = read_counts(integration.partner, PRODUCTS, now, counting=counting_of(rules))
    accepted, contracts = read_accepted(integration), running.seen.contracts
    facts = Facts(
        now=now,
        enabled=integration.enabled,
        currency=integration.currency,
        companies=counts.companies,
        products=PRODUCTS,
        counts=counts.counts,
        company_mappings=on_successors(read_company_mappings(integration), accepted, contracts, now.date()),
        product_mappings=running.product_mappings,
        contracts=contracts,
        lines=running.seen.reading.lines,
        known=read_known(integration, open_debts(integration)),
        calendar=running.calendar,
        rules=rules.own,
        company_rules=rules.companies,
        verdict=verdict_of(integration, running.read_company_anew()),
        approvals=approvals_of(running.run, integration),
        instructions=read_instructions(integration),
        decisions=read_decisions(integration),
        waited=read_waited(integration),
        feed=counts.feed,
        service_prices=service_prices(integration),
        stopped=integration.stopped_reason,
        renewals=accepted,
        put_backs=orders_for(running),
        only_put_backs=running.run.puts_back_id is not None,
        last_before_posting=running.run.last_before_posting,
    )
    index = index_facts(facts)
    crowded = crowded_contracts(running, index)
    if crowded:
        index = index_facts(replace(facts, crowded=crowded))
    invoiced = read_invoiced(running, keys_without_evidence(index))
    return replace(index, facts=replace(index.facts, invoiced=invoiced))
