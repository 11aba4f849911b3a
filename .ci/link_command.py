"""Make `import seatbridge` and the `seatbridge` command work in this virtual environment, from the sources.

An editable install would need a build tool on every machine; two small files do the same.
"""

import sys
import sysconfig
from pathlib import Path

SCRIPT = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

from seatbridge.cli.main import main

sys.exit(main())
"""


def link() -> None:
    source = Path(__file__).resolve().parent.parent / "src"
    Path(sysconfig.get_path("purelib"), "seatbridge.pth").write_text(f"{source}\n", encoding="utf-8")
    command = Path(sysconfig.get_path("scripts"), "seatbridge")
    # Through the shell: a path with spaces, or a long one, does not fit into a `#!` line.
    command.write_text(SCRIPT.format(python=sys.executable), encoding="utf-8")
    command.chmod(0o755)


if sys.prefix == sys.base_prefix:
    sys.exit("Run this with the virtual environment's own python.")
link()
