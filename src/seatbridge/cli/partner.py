"""`partner …`"""

from typing import Annotated

import typer

from seatbridge.cli.options import AsJson, group
from seatbridge.cli.printing import answer
from seatbridge.partners.adding import add_partner

app = group("Partners: the MSPs whose counts are billed.")


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    timezone: Annotated[str, typer.Option("--timezone", metavar="TZ", help="For example America/New_York.")],
    *,
    as_json: AsJson = False,
) -> int:
    """Add a partner."""
    partner = add_partner(name, timezone)
    answer(
        {"id": partner.pk, "name": partner.name, "timezone": partner.timezone},
        [
            f"Added {partner.name}, time zone {partner.timezone}.",
            f'Next: seatbridge import companies FILE --partner "{partner.name}"',
        ],
        as_json=as_json,
    )
    return 0
