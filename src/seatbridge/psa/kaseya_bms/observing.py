"""One observation of a BMS company: all contracts, and all lines of the services asked for."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from seatbridge.kit.clock import Clock
from seatbridge.psa.kaseya_bms.reading import Reader
from seatbridge.psa.records import Contract, Line, Reading


def observe(reader: Reader, service_ids: Sequence[int], clock: Clock, at_once: int) -> Reading:
    """`at_once` lists are read at the same time; the pages of one list always come one after another."""
    began = clock.now()
    wanted = list(dict.fromkeys(service_ids))
    contracts, lists = _one_by_one(reader, wanted) if at_once < 2 else _together(reader, wanted, at_once)
    return Reading(contracts, tuple(line for lines in lists for line in lines), began, clock.now())


def _one_by_one(reader: Reader, service_ids: list[int]) -> tuple[dict[int, Contract], list[list[Line]]]:
    return reader.contracts(), [reader.lines(service_id, None) for service_id in service_ids]


def _together(
    reader: Reader, service_ids: list[int], at_once: int
) -> tuple[dict[int, Contract], list[list[Line]]]:
    with ThreadPoolExecutor(at_once, thread_name_prefix="bms-read") as threads:
        contracts = threads.submit(reader.contracts)
        lists = [threads.submit(reader.lines, service_id, None) for service_id in service_ids]
        try:
            return contracts.result(), [lines.result() for lines in lists]
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
