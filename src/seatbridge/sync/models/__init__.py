"""One row each for what a run is, found, said and sent."""

from seatbridge.sync.models.found import Difference, InvoiceCheck
from seatbridge.sync.models.runs import LastFacts, LineMemory, LineResult, SyncRun
from seatbridge.sync.models.said import Decision, Instruction, PutBack, WaitingLine
from seatbridge.sync.models.sent import Owed, Sent, Write

__all__ = [
    "Decision",
    "Difference",
    "Instruction",
    "InvoiceCheck",
    "LastFacts",
    "LineMemory",
    "LineResult",
    "Owed",
    "PutBack",
    "Sent",
    "SyncRun",
    "WaitingLine",
    "Write",
]
