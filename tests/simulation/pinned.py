"""Histories that once broke, and what was wrong: they hold from here on.

Where the product was wrong, a story in `tests/acceptance/story` tells it without chance: a history may come
to tell another one when what is drawn before it changes.
"""

PINNED: dict[int, str] = {
    571: "the check: a price raised by hand met our zeroing on its way, and the process died",
    842: "the check: the same, and the next run posted the line with the price that was read before",
    949: "finished after two weeks, a line failed its check by what other lines did meanwhile; it was sent "
    "again, because a person had approved it by name before that",
    1746: "the preview of a put back died, and the next sync took it over and wrote what it was to show",
    10960: "somebody priced an ended line while ours stood at 0, and its price was put back beside it",
    10773: "the check: a person priced a second, free line right before our write arrived",
    11711: "the check: a price raised by hand while the job that prices the line to 0 had not ended",
    11951: "the check: a put back that a person ordered died, and the next sync went on with it",
    2205: "the test write took the test contract's line to 0 on the posting day of that contract",
    2883: "the same, and the line's new price came as a proration on the next invoice",
    13111: "a write dated ahead was refused where nothing told the units before; an invoice older than its "
    "day was taken to tell what stood there after it",
    3385: "the same, beside another line of the contract that changed on that day",
    12826: "the check: a price raised by hand while our write of a moment before still hid the line",
    4885: "the check: the same, of a price that came back with the date of that write",
    13284: "a free line of the same name on the last invoice was taken for the priced one",
    13446: "the check: a person left a line whose date our write had moved, though told to set it back",
    5244: "a person left a line whose lost write BMS had taken, and an older invoice told its units",
    15296: "the same, of a write that BMS said it refused",
    4517: "the check: a price raised by hand while our write of a moment before still hid the line; what was "
    "then confirmed was sent again with it",
    16005: "the check: the same, of a line that was put back",
    7884: "the check: somebody priced an ended line of the test contract while the new one was on its way",
    18148: "the check: the same, on a client's contract",
    14058: "a process died behind a refused write over units that nobody knew; what a person did to them "
    "meanwhile was taken for it",
    15840: "the check: a price raised by hand met our write; the reading behind it was taken for the one "
    "that it rests on",
    6012: "somebody changed a line while our write dated ahead was on its way, and so moved its date; "
    "it was taken for BMS moving the line",
    7336: "the check: a person released lines that had been put back, the process died, and the next sync "
    "went on with that word",
    17473: "a price raised by hand was lost with the write that was to carry it to a day, and an earlier "
    "one for that day put the old price back",
    20382: "the check: somebody priced a free line upon a write that BMS put off for a minute",
    21410: "the check: a price raised by hand on the former of two lines, and then the person ended that one",
}
