"""Write methods and verdicts in words for people."""

from seatbridge.reconcile.facts import BmsReading, Method

TITLES = {
    Method.AUTO: "Find out by a test write",
    Method.ADJUST: "Adjust the line",
    Method.REPLACE: "Replace the line",
    Method.PRICE_CARRYING: "Carry the units in the price",
    Method.BY_HAND: "By hand",
}
CHOSEN = {
    Method.AUTO: "The next sync finds out by a test write how your BMS behaves.",
    Method.ADJUST: "Units are written by one call for each change.",
    Method.REPLACE: (
        "A line is priced to 0 and a new one added. The old line's tax and ledger settings in BMS are lost."
    ),
    Method.PRICE_CARRYING: (
        "A line stays at 1 unit, and its price carries all users. "
        "Confirm the price of one user: seatbridge lines carried"
    ),
    Method.BY_HAND: "Nothing is written. Each sync says what a person has to change in BMS.",
}
BEHAVIOR = {
    BmsReading.UNKNOWN: "Not known yet: the first write is a test write.",
    BmsReading.ADJUSTS: "Your BMS adjusts the line when its service is posted again.",
    BmsReading.APPENDS: "Your BMS adds a second line when a service is posted again.",
    BmsReading.REJECTS: "Your BMS refuses a service that is on the contract already.",
    BmsReading.UNDECIDED: "The test write was undecided.",
}
EMPTY_PRORATIONS = "A line may be written again within a period that is not posted."
SOME_PRORATIONS = "A line is written once per period, so that BMS prorates nothing."
