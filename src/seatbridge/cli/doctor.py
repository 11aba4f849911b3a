"""`doctor`"""

from rich.text import Text

from seatbridge.cli.checks import Check, check_database, check_machine, check_migrations
from seatbridge.cli.checks_of_operation import check_operation
from seatbridge.cli.checks_of_rows import check_rows
from seatbridge.cli.migrating import missing_migrations
from seatbridge.cli.options import AsJson
from seatbridge.cli.printing import OUT, print_document, shown
from seatbridge.config.start import current


def examine(*, as_json: AsJson = False) -> int:
    """Look at everything once, change nothing, and say what needs a person."""
    checks = _all()
    if as_json:
        print_document(
            {
                "ok": all(check.ok for check in checks),
                "checks": [
                    {"subject": check.subject, "ok": check.ok, "what": check.what, "fix": check.fix}
                    for check in checks
                ],
            }
        )
    else:
        for check in checks:
            _print(check)
    return 0 if all(check.ok for check in checks) else 1


def _all() -> list[Check]:
    checks = [*check_machine(current()), check_database()]
    if not checks[-1].ok:
        return checks
    checks.append(check_migrations())
    if not missing_migrations():
        checks.extend(check_operation(current()))
        checks.extend(check_rows(current()))
    return checks


def _print(check: Check) -> None:
    word = (
        Text("ok               ", style="green") if check.ok else Text("needs attention  ", style="bold red")
    )
    OUT.print(word + Text(shown(f"{check.subject}: {check.what}")))
    if check.fix:
        OUT.print(Text(f"                 {shown(check.fix)}"))
