"""What Django does anew for each test, or for tests alone, and the product once, when it starts, or never.

A fourth of the time that a test of the portal took went there.
"""

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate
from django.template import Context, Template
from django.test import utils
from django.test.client import ClientHandler
from django.test.signals import template_rendered
from django.utils.safestring import SafeString

_set_up_anew = ClientHandler.load_middleware
_SET_UP = "_middleware_chain", "_view_middleware", "_template_response_middleware", "_exception_middleware"
_kept: dict[str, object] = {}


def _set_up_once(self: ClientHandler, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's own
    """Each browser of a test would read every static file from the disk."""
    if not _kept:
        _set_up_anew(self, is_async)
        _kept.update({name: getattr(self, name) for name in _SET_UP})
    for name, value in _kept.items():
        setattr(self, name, value)


def _render(self: Template, context: Context) -> SafeString:
    """A test looks into the context of a page; Django would copy those of all parts of the page too."""
    if context.template is self:
        template_rendered.send(sender=self, template=self, context=context)
    rendered: SafeString = self.nodelist.render(context)
    return rendered


def hash_quickly() -> None:
    """A million rounds protect passwords that somebody stole; those of tests stand in these files."""
    PBKDF2PasswordHasher.iterations = 1


def be_quick() -> None:
    hash_quickly()
    ClientHandler.load_middleware = _set_up_once  # type: ignore[method-assign]
    utils.instrumented_test_render = _render
    # After each emptying of the tables Django would write rows about its own permissions; we ask for none.
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
