"""The door for a WSGI server. `seatbridge serve` opens it by itself."""

from seatbridge.config.portal import ready_application
from seatbridge.config.start import start

start()
application = ready_application()
