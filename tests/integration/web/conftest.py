"""Scenes of the portal."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.integration.web.kept_scenes import Keep, keeping


@pytest.fixture(scope="module")
def keep(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Keep]:
    with keeping(django_db_blocker, tmp_path_factory.mktemp("kept")) as kept:
        yield kept
