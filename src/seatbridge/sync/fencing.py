"""Every change that a run makes to our rows is made by the process that carries it, and by no former one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from seatbridge.sync.leases import TakenOver
from seatbridge.sync.models import SyncRun


@contextmanager
def fenced(run: SyncRun) -> Iterator[None]:
    """A transaction in which nobody can take the run over. Raises TakenOver where somebody has already."""
    with transaction.atomic():
        tokens = SyncRun.objects.select_for_update().values_list("fencing_token", flat=True)
        if tokens.get(pk=run.pk) != run.fencing_token:
            raise TakenOver(run.pk)
        yield


def save_fenced(run: SyncRun, fields: Iterable[str]) -> None:
    """The same for a change of the run's own row and nothing else: one statement, and no transaction.

    `fields`: their names, as they are set on `run`. Raises TakenOver.
    """
    values = {name: getattr(run, name) for name in fields}
    if not SyncRun.objects.filter(pk=run.pk, fencing_token=run.fencing_token).update(**values):
        raise TakenOver(run.pk)
