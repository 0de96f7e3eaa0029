"""The secret key: one for a data folder, whoever asks first, and nobody else's."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kring.config.environment import EnvironmentVariableError, kept_secret_key
from kring.config.secret_key import FILE_NAME, SecretKeyError, kept_in


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_the_key_is_made_once_and_private(data: Path) -> None:
    key = kept_in(data)
    assert len(key) >= 50
    assert kept_in(data) == key
    assert stat.S_IMODE((data / FILE_NAME).stat().st_mode) == 0o600


def test_nothing_is_left_beside_the_key(data: Path) -> None:
    kept_in(data)
    assert [file.name for file in data.iterdir()] == [FILE_NAME]


def test_everybody_who_asks_at_once_gets_the_same_key(data: Path) -> None:
    data.mkdir()
    with ThreadPoolExecutor(8) as askers:
        keys = set(askers.map(kept_in, [data] * 32))
    assert len(keys) == 1


def test_a_key_that_others_can_read_is_refused(data: Path) -> None:
    kept_in(data)
    (data / FILE_NAME).chmod(0o640)
    with pytest.raises(SecretKeyError, match="not private"):
        kept_in(data)


def test_a_cut_off_key_is_refused(data: Path) -> None:
    kept_in(data)
    (data / FILE_NAME).write_text("abc")
    with pytest.raises(SecretKeyError, match="no whole key"):
        kept_in(data)


def test_a_link_laid_in_its_place_is_not_followed(data: Path, tmp_path: Path) -> None:
    kept_in(tmp_path / "elsewhere")
    data.mkdir()
    (data / FILE_NAME).symlink_to(tmp_path / "elsewhere" / FILE_NAME)
    with pytest.raises(SecretKeyError):
        kept_in(data)


def test_a_folder_that_cannot_be_made_is_refused_by_the_variable(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentVariableError, match="KRING_SECRET_KEY"):
        kept_secret_key(tmp_path / "file" / "data")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give folders away")
def test_a_folder_of_another_user_gets_no_key(data: Path) -> None:
    data.mkdir()
    os.chown(data, 65534, 65534)
    with pytest.raises(SecretKeyError, match="another user"):
        kept_in(data)
    assert list(data.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_in_which_one_may_not_write_gets_no_key(data: Path) -> None:
    data.mkdir(mode=0o500)
    with pytest.raises(SecretKeyError):
        kept_in(data)
