import threading
from pathlib import Path

import pytest

from seatbridge.config.keys import with_keys
from seatbridge.config.settings import Settings, SettingsRefused, read_settings


def _settings(home: Path) -> Settings:
    return read_settings({"SEATBRIDGE_HOME": str(home)})


def test_the_first_start_makes_a_private_folder_and_two_private_keys(tmp_path: Path) -> None:
    home = tmp_path / "new" / "data"
    settings = with_keys(_settings(home))
    assert home.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.stat().st_mode & 0o777 for file in home.iterdir()} == {
        "secret-key": 0o600,
        "seal-keys": 0o600,
    }
    assert len(settings.secret_key) >= 50
    assert repr(settings.seal) == "Seal(k1=***)"


def test_the_second_start_finds_the_same_keys(tmp_path: Path) -> None:
    assert with_keys(_settings(tmp_path)) == with_keys(_settings(tmp_path))


def test_a_folder_that_others_could_read_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with_keys(_settings(tmp_path))
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_many_first_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    made: list[Settings] = []
    starts = [threading.Thread(target=lambda: made.append(with_keys(_settings(tmp_path)))) for _ in range(8)]
    for each in starts:
        each.start()
    for each in starts:
        each.join()
    assert len({settings.seal_keys for settings in made}) == 1
    assert {file.name for file in tmp_path.iterdir()} == {"secret-key", "seal-keys"}


@pytest.mark.parametrize("content", ["", "k1:AAAA", "\xff"])
def test_a_damaged_key_file_stops_the_start_and_is_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / "seal-keys").write_text(content, encoding="latin-1")
    with pytest.raises(SettingsRefused, match="seal-keys"):
        with_keys(_settings(tmp_path))
    assert (tmp_path / "seal-keys").read_text(encoding="latin-1") == content


def test_a_data_folder_that_is_a_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsRefused) as refused:
        with_keys(_settings(tmp_path / "file"))
    assert len(refused.value.lines) == 1
