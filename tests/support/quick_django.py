"""Each browser of a test would set the middleware up anew, and with it read every static file from the disk.

The product does that once, when it starts; a test that made a browser spent an eighth of its time there.
"""

from django.test.client import ClientHandler

_set_up_anew = ClientHandler.load_middleware
_SET_UP = "_middleware_chain", "_view_middleware", "_template_response_middleware", "_exception_middleware"
_kept: dict[str, object] = {}


def _set_up_once(self: ClientHandler, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's own
    if not _kept:
        _set_up_anew(self, is_async)
        _kept.update({name: getattr(self, name) for name in _SET_UP})
    for name, value in _kept.items():
        setattr(self, name, value)


def set_up_once() -> None:
    ClientHandler.load_middleware = _set_up_once  # type: ignore[method-assign]
