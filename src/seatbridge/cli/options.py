"""Options and arguments that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document on stdout.")]
IntegrationId = Annotated[
    int, typer.Argument(metavar="ID", help="The integration: seatbridge integration list")
]
RunId = Annotated[int, typer.Argument(metavar="RUN", help="The sync run: seatbridge runs")]
PartnerName = Annotated[str, typer.Option("--partner", metavar="NAME", help="The partner's name.")]
AnyPartner = Annotated[str | None, typer.Option("--partner", metavar="NAME", help="Only this partner.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file; - reads stdin.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from stdin's first line.")
]


def group(help_text: str) -> typer.Typer:
    return typer.Typer(help=help_text, no_args_is_help=True)
