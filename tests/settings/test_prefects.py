"""Prefect's own records are passing: they are let go of before they grow large."""

from pathlib import Path

import pytest

from pipeline.prefects import MOST_BYTES, start_afresh


@pytest.mark.parametrize(("size", "stays"), [(MOST_BYTES, True), (MOST_BYTES + 1, False)])
def test_a_large_database_of_prefects_is_let_go_of_with_its_log(tmp_path: Path, size: int, *, stays: bool) -> None:
    home = tmp_path / "prefect"
    home.mkdir()
    with (home / "prefect.db").open("wb") as file:
        file.truncate(size)
    for name in ("prefect.db-wal", "prefect.db-shm", "profiles.toml"):
        (home / name).touch()
    start_afresh(tmp_path)
    kept = {"prefect.db", "prefect.db-wal", "prefect.db-shm"} if stays else set()
    assert {path.name for path in home.iterdir()} == {"profiles.toml", *kept}


def test_there_need_be_none(tmp_path: Path) -> None:
    start_afresh(tmp_path)
    assert list(tmp_path.iterdir()) == []
