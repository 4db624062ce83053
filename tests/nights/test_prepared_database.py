"""What is done to the database before anything else of a night, and what is refused."""

from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from records_kit import NOW, a_database, a_harvest, a_membership, contents, day, land, rows

from pipeline.errors import StorageError
from pipeline.house import room
from pipeline.runs import prepare
from pipeline.settings import Settings
from pipeline.storage.backup import Keep, backup, backup_before, backups, copies_before, restore
from pipeline.storage.engine import writing
from pipeline.storage.migrate import HEAD, is_current


def a_house(folder: Path) -> Settings:
    """A database that holds something, and a backup of it."""
    folder.mkdir(exist_ok=True)
    settings = Settings.alone(wom_group_id=1, output_dir=folder)
    land(a_database(folder), a_harvest([a_membership(1)]))
    night(settings, NOW)
    return settings


def night(settings: Settings, now: datetime) -> None:
    """The part of a night that this is about."""
    prepare(settings, now)
    backup(settings.database, settings.output_dir / "backups", now, Keep.parse("1d,0w,0m"))


def make_older(settings: Settings) -> None:
    """As an earlier version left it."""
    orders = Config(room("alembic.ini"))
    orders.set_main_option("script_location", str(room("migrations")))
    with writing(settings.database) as connection:
        orders.attributes["connection"] = connection
        command.downgrade(orders, "-1")


@pytest.mark.parametrize("empty", [False, True], ids=["gone", "empty"])
def test_a_database_that_is_gone_is_not_begun_anew_while_there_are_backups(tmp_path: Path, *, empty: bool) -> None:
    settings = a_house(tmp_path / "a b")
    [copy] = backups(settings.output_dir / "backups").values()
    settings.database.unlink()
    if empty:
        settings.database.touch()
    with pytest.raises(StorageError) as raised:
        prepare(settings, day(1))
    said = str(raised.value)
    assert said.startswith(f"There is no database {settings.database}, though there are backups: ")
    assert f'`uv run clanstats restore "{copy}" --output "{settings.output_dir}"`' in said
    assert said.endswith(f"To begin anew, move {settings.output_dir / 'backups'} away.")
    assert settings.database.exists() is empty
    restore(copy, settings.database)
    prepare(settings, day(1))
    assert rows(settings.database, "SELECT count(*) FROM membership") == [1]


def test_an_address_that_was_edited_makes_no_new_database(tmp_path: Path) -> None:
    settings = a_house(tmp_path).model_copy(update={"database_url": f"sqlite:///{tmp_path / 'clna_data.db'}"})
    with pytest.raises(StorageError, match="DATABASE_URL was edited"):
        prepare(settings, day(1))
    assert not settings.database.exists()


def test_it_begins_anew_for_whoever_moved_the_backups_away(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    settings.database.unlink()
    (tmp_path / "backups").rename(tmp_path / "of the old clan")
    prepare(settings, day(1))
    assert rows(settings.database, "SELECT count(*) FROM membership") == [0]


def test_that_no_backup_is_good_is_said(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    settings.database.unlink()
    for copy in (tmp_path / "backups").iterdir():
        copy.write_bytes(b"noise")
    with pytest.raises(StorageError, match=r"None of the backups in .* is good\. To begin anew, move"):
        prepare(settings, day(1))


def test_what_was_before_a_change_of_the_schema_outlives_the_backups_of_its_night(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    make_older(settings)
    before = contents(settings.database, besides=())
    night(settings, day(1))
    assert is_current(settings.database)
    [kept] = copies_before(tmp_path / "backups")
    assert kept.name == f"clan_data-20261122T000000000Z-before-{HEAD}.db"
    night(settings, day(9))
    assert contents(kept, besides=()) == before
    assert list(backups(tmp_path / "backups")) == [day(9)], "it is none of those that age"


def test_what_was_before_the_last_two_changes_is_kept_however_often_one_was_tried(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    for number, revision in enumerate(("a", "b", "c", "c", "c")):
        backup_before(revision, settings.database, tmp_path / "backups", day(number))
    names = [(path.name[10:18], path.stem[-1]) for path in copies_before(tmp_path / "backups")]
    assert names == [("20261125", "c"), ("20261122", "b")]


def test_a_database_that_is_ahead_of_the_code_is_neither_changed_nor_copied(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    with writing(settings.database) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '20991231z'")
    with pytest.raises(StorageError, match="Update ClanStats"):
        prepare(settings, day(1))
    assert copies_before(tmp_path / "backups") == []


def test_a_copy_from_before_a_change_is_restored_where_no_other_is_good(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    make_older(settings)
    prepare(settings, day(1))
    for copy in backups(tmp_path / "backups").values():
        copy.unlink()
    settings.database.unlink()
    with pytest.raises(StorageError, match=f"restore .*-before-{HEAD}.db --output"):
        prepare(settings, day(2))
