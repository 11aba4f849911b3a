"""The operator's stop: no writing to one BMS host, or to any. Asked in the transaction of every intent.

It comes into force with one row; the ledgers of those whom it concerns are told right after.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, QuerySet

from seatbridge.integrations.models import Integration, WritingStop
from seatbridge.ledger.writing import append
from seatbridge.partners.models import Partner

EVERYWHERE = ""


class StopRefused(ValueError):
    """Carries a sentence for the operator."""


def stop_writing(host: str, *, reason: str, by: str, now: datetime) -> WritingStop:
    """`host` EVERYWHERE: to no BMS at all. A stop that is in force already stays as it is."""
    if host != EVERYWHERE and not _integrations(host):
        raise StopRefused(f"No integration writes to {host}: the stop would stop nothing.")
    row, is_new = WritingStop.objects.get_or_create(
        host=host, ended_at=None, defaults={"reason": reason, "by": by, "since": now}
    )
    if is_new:
        _tell(host, "operator.stopped-writing", by, reason, now)
    return row


def resume_writing(host: str, *, by: str, now: datetime) -> bool:
    """False: no such stop is in force. Another one, of a host or of everything, stays."""
    ended = WritingStop.objects.filter(host=host, ended_at=None).update(ended_at=now, ended_by=by)
    if ended:
        _tell(host, "operator.resumed-writing", by, "", now)
    return bool(ended)


def stops_in_force() -> list[WritingStop]:
    return list(WritingStop.objects.filter(ended_at=None).order_by("since"))


def stop_of(hostname: str) -> WritingStop | None:
    """The one that holds for this host; where both do, that of everything."""
    rows = WritingStop.objects.filter(ended_at=None, host__in=(EVERYWHERE, hostname))
    return rows.order_by("host").first()


def asking_for_stops(rows: QuerySet[Integration]) -> QuerySet[Integration]:
    """For pages that read integrations anyway: `any_stop` says whether one is in force at all."""
    return rows.annotate(any_stop=Exists(WritingStop.objects.filter(ended_at=None)))


def stop_shown_to(partner: Partner) -> WritingStop | None:
    """What its pages say: one query as long as nothing is stopped."""
    stops = stops_in_force()
    if not stops:
        return None
    hosts = set(Integration.objects.filter(partner=partner).values_list("hostname", flat=True))
    return next((stop for stop in stops if stop.host in ("", *hosts)), None)


def stop_sentence(stop: WritingStop) -> str:
    where = f"to {stop.host}" if stop.host else "to BMS"
    return f"the operator has stopped all writing {where}: {stop.reason}"


def _integrations(host: str) -> list[Integration]:
    rows = Integration.objects.order_by("partner_id", "pk")
    return list(rows.filter(hostname=host) if host else rows)


def _tell(host: str, event: str, by: str, reason: str, now: datetime) -> None:
    for integration in _concerned(_integrations(host)):
        with transaction.atomic():
            append(
                integration.partner_id,
                event,
                actor=by,
                data={"host": host or "all", **({"reason": reason} if reason else {})},
                integration_id=integration.pk,
                at=now,
            )


def _concerned(integrations: Iterable[Integration]) -> Iterable[Integration]:
    return (each for each in integrations if not each.is_draft)
