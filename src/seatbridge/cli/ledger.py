"""`ledger verify|export`"""

import json
import sys

from seatbridge.cli.finding import partners_asked
from seatbridge.cli.options import AnyPartner, AsJson, group
from seatbridge.cli.printing import print_document, tell
from seatbridge.ledger.exporting import export as entries_of
from seatbridge.ledger.verifying import FirstBroken, Verified
from seatbridge.ledger.verifying import verify as verify_chain
from seatbridge.partners.models import Partner

app = group("Billing change history: every change asked, made or refused.")


@app.command()
def verify(partner: AnyPartner = None, *, as_json: AsJson = False) -> int:
    """Check that no entry was altered, removed or added behind our back."""
    found = [(row, verify_chain(row.pk)) for row in partners_asked(partner)]
    if as_json:
        print_document([_document(row, result) for row, result in found])
    else:
        tell(_sentence(row, result) for row, result in found)
        if not found:
            tell(["There is no partner yet, so there is nothing to verify."])
    return 0 if all(isinstance(result, Verified) for _, result in found) else 1


@app.command()
def export(partner: AnyPartner = None, *, as_json: AsJson = False) -> int:
    """Print every entry, one JSON object a line; with --json as one array."""
    entries = (
        {"partner": row.name, **entry} for row in partners_asked(partner) for entry in entries_of(row.pk)
    )
    if as_json:
        print_document(list(entries))
        return 0
    for entry in entries:
        sys.stdout.write(json.dumps(entry, ensure_ascii=False) + "\n")
    return 0


def _sentence(partner: Partner, result: Verified | FirstBroken) -> str:
    if isinstance(result, Verified):
        head = f", the last one {result.head[:16]}" if result.entries else ""
        return f"{partner.name}: {result.entries:,} entries, none altered{head}."
    return (
        f"{partner.name}: broken at entry {result.seq}: {result.what}. Compare the database with your backup."
    )


def _document(partner: Partner, result: Verified | FirstBroken) -> dict[str, object]:
    if isinstance(result, Verified):
        return {"partner": partner.name, "ok": True, "entries": result.entries, "head": result.head}
    return {"partner": partner.name, "ok": False, "broken_at": result.seq, "what": result.what}
