"""What a person has released for a run, as the planner reads it."""

from seatbridge.integrations.models import Integration
from seatbridge.reconcile.facts import Approvals
from seatbridge.sync.models import LineMemory, SyncRun
from seatbridge.sync.plans import bases_of


def approvals_of(run: SyncRun, integration: Integration) -> Approvals:
    previewed = run.approves_run
    named = frozenset((company, product) for company, product in run.approved_lines)
    bases = None if previewed is None else bases_of(previewed)
    if bases is not None and run.only_named:
        bases = {pair: basis for pair, basis in bases.items() if pair in named}
    first = integration.first_run_approved_at
    return Approvals(
        # The run that was approved as the first one stays the first, also when it is planned a second time.
        first_run_done=first is not None and first <= run.created_at,
        whole_run=run.approved,
        run_limits=previewed is not None,
        lines=named,
        bases=bases,
        stopped_since=_stopped_by(run) if named else frozenset(),
    )


def _stopped_by(run: SyncRun) -> frozenset[int]:
    """Contracts on which a check of this very run failed, after everything was approved that it may write."""
    rows = LineMemory.objects.filter(integration_id=run.integration_id, stopped_run=run.pk)
    return frozenset(rows.exclude(stopped="").values_list("contract_id", flat=True))
