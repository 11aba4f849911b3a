"""The door for a WSGI server. `seatbridge serve` opens it by itself."""

from django.core.wsgi import get_wsgi_application

from seatbridge.config.start import start

start()
application = get_wsgi_application()
