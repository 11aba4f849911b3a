"""The portal as one WSGI application; `start` was called before."""

import gc

from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver


def ready_application() -> WSGIHandler:
    """Every page's code is loaded: no first click waits for it. Nor is it looked through for cycles
    ever again, which made some clicks longer than all their work."""
    application = get_wsgi_application()
    if not get_resolver().url_patterns:  # asking for them loads them
        raise ImproperlyConfigured("The portal has no pages.")
    gc.collect()
    gc.freeze()
    return application
