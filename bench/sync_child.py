"""The door of the child processes of `sync_bench.py`: Django is set up before any model is imported."""

import sys
from importlib import import_module

from seatbridge.config.start import start

if __name__ == "__main__":
    start()
    sys.exit(import_module(sys.argv[1]).main(sys.argv[2:]))
