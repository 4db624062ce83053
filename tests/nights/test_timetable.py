"""When nights are due, and what becomes of one that need not or cannot be lived."""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from night_kit import DAY, NOW, Clan, a_clan
from pydantic import SecretStr

from flows.pace import TRUE, Pace
from pipeline import clock, runs
from pipeline.errors import ConfigError, StorageError
from pipeline.outcome import StageOutcome
from pipeline.outputs.digest.markdown import as_read
from pipeline.outputs.files import write_text
from pipeline.prefects import keep_to
from pipeline.runs import alone, planned
from pipeline.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

BERLIN = "Europe/Berlin"


@pytest.fixture(scope="session", autouse=True)
def _prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Prefect keeps to a folder of the tests from its import on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", "")
        keep_to(tmp_path_factory.mktemp("prefect"))
        import flows.schedule  # noqa: F401

        yield


def timetable(cron: str = "0 4 * * *", zone: str = "UTC", pace: Pace = TRUE) -> Any:
    from flows.timetable import Timetable

    return Timetable.read(cron, zone, pace)


def test_the_next_night_is_at_four_in_the_zone() -> None:
    at = timetable(zone="America/New_York").after(datetime(2026, 11, 21, 9, tzinfo=UTC))
    assert at == datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize("changes_on", [date(2026, 3, 29), date(2026, 10, 25)], ids=["forward", "back"])
@pytest.mark.parametrize("cron", ["30 2 * * *", "0 2 * * *", "0 3 * * *", "59 1 * * *"])
def test_each_night_comes_once_when_the_clocks_change(cron: str, changes_on: date) -> None:
    table, nights = timetable(cron, BERLIN), []
    at = datetime(changes_on.year, changes_on.month, changes_on.day, 12, tzinfo=UTC) - 3 * DAY
    for _ in range(5):
        at = table.after(at)
        nights.append(at.astimezone(table.tz).date())
    assert nights == [changes_on + timedelta(days=n) for n in range(-2, 3)]


def test_no_night_is_named_twice_whenever_one_asks_on_the_day_of_a_change() -> None:
    table = timetable("30 2 * * *", BERLIN)
    for changes_on in (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)):
        asked = [changes_on + timedelta(minutes=minutes) for minutes in range(0, 25 * 60, 77)]
        assert all(table.after(at) > at for at in asked)
        assert len({table.after(at) for at in asked}) == 2, "tonight's, and then tomorrow's"


@pytest.mark.parametrize("cron", ["", "at four", "0 4 * *", "0 25 * * *", "0 4 30 2 *", "R 4 * * *"])
def test_a_cron_that_names_no_time_is_told_with_its_option(cron: str) -> None:
    with pytest.raises(ConfigError, match=r"^--cron '.*' names no time; write such as"):
        timetable(cron)


def test_a_zone_that_nobody_knows_is_told_with_its_option() -> None:
    with pytest.raises(ConfigError, match=r"^--timezone 'Europe/Berln' is not a time zone"):
        timetable(zone="Europe/Berln")


def test_days_of_a_test_go_by_faster_and_their_nights_come_at_even_distances() -> None:
    pace = Pace(20.0, NOW)
    assert pace.instant(NOW + timedelta(seconds=30)) == NOW + 1.5 * DAY
    assert pace.real(NOW + 2 * DAY) == NOW + timedelta(seconds=40)
    schedule = timetable(pace=pace).schedule(NOW)
    assert schedule.interval == timedelta(seconds=20)
    assert schedule.anchor_date == pace.real(datetime(2026, 11, 21, 4, tzinfo=UTC))


def test_the_last_time_that_a_cron_named_is_found_however_long_ago() -> None:
    now = datetime(2026, 11, 21, 4, 3, tzinfo=UTC)
    found = [
        timetable(cron).last(now) for cron in ("3 4 * * *", "4 4 * * *", "*/20 * * * *", "0 4 1 1 *", "0 4 29 2 *")
    ]
    assert found == [
        now, now - DAY + timedelta(minutes=1), now - timedelta(minutes=3), datetime(2026, 1, 1, 4, tzinfo=UTC),
        datetime(2024, 2, 29, 4, tzinfo=UTC),
    ]  # fmt: skip


def test_a_night_is_owed_once_its_time_has_come_and_it_is_not_done(tmp_path: Path) -> None:
    from flows.schedule import is_owed

    at = datetime(2026, 11, 21, 4, 3, tzinfo=UTC)
    nobody = Settings.alone(wom_group_id=1, output_dir=tmp_path / "nobody")
    assert is_owed(nobody, timetable(), at - timedelta(hours=1)), "the first night of all need not wait for four"
    with a_clan(tmp_path / "out") as clan:
        done(clan, at)
        later = [at, at + timedelta(hours=23, minutes=56), at + timedelta(hours=23, minutes=57), at + 9 * DAY]
        assert [is_owed(clan.settings, timetable(), now) for now in later] == [False, False, True, True]


def test_a_part_of_a_night_and_a_night_yet_to_come_do_away_with_no_night_that_is_owed(tmp_path: Path) -> None:
    from flows.schedule import is_owed

    with a_clan(tmp_path) as clan:
        clan.settings = clan.settings.model_copy(update={"discord_token": SecretStr("so that there is another source")})
        done(clan, NOW + 300 * DAY)
        done(clan, NOW, "wom")
        assert runs.is_due(clan.settings, NOW)
        assert is_owed(clan.settings, timetable(cron="0 3 * * *"), NOW)


def done(clan: Clan, now: datetime, only: str | None = None) -> None:
    """The night of *now*, as if every stage of it had ended well."""
    job = runs.begin(clan.settings, now, only)
    outcomes = {name: StageOutcome(name, "done") for name in planned(job)}
    for outcome in outcomes.values():
        runs.record(job, outcome)
    assert runs.end(job, outcomes).state == "done"


def lived(clan: Clan, *, is_last: bool = False) -> tuple[str, str, bool]:
    """State and sentence of the scheduled night of NOW, and whether it is tried again."""
    from flows.schedule import tonight

    state, may_pass = tonight(clan.settings, NOW, TRUE, is_last=is_last)
    return state.name or "", state.message or "", may_pass


def test_a_night_does_not_begin_before_its_time() -> None:
    from flows.schedule import wait_for

    due = clock.now() + timedelta(milliseconds=300)
    wait_for(due)
    assert due <= clock.now() < due + timedelta(seconds=5)


def test_a_clock_that_was_set_back_does_not_keep_the_place_of_a_night_for_as_long() -> None:
    from flows.schedule import wait_for

    began = time.monotonic()
    wait_for(clock.now() + DAY, longest_s=0.3)
    assert 0.3 <= time.monotonic() - began < 10


def test_schedule_json_tells_of_the_last_night_and_opens_its_status_only_when_that_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.keeper import Shown

    status, opened = tmp_path / "status.json", []

    def listen(event: str, given: tuple[object, ...]) -> None:
        if event == "open" and str(given[0]) == str(status):
            opened.append(given)

    sys.addaudithook(listen)
    monkeypatch.setenv("WOM_GROUP_ID", "1")
    monkeypatch.setenv("OUTPUT_DIR", str(tmp_path))
    shown = Shown(tmp_path, timetable(), "2026-11-21T04:00:00.000Z")
    for state in ("failed", "done"):
        write_text(status, json.dumps({"night": "2026-11-21", "state": state, "sentence": "."}))
        opened.clear()
        for _ in range(3):
            assert shown.refresh() is None
        assert json.loads((tmp_path / "schedule.json").read_text("utf-8"))["last"]["state"] == state
        assert len(opened) == 1


def test_silence_is_told_though_another_setting_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.keeper import tell_of_silence

    with a_clan(tmp_path / "out", messages=60) as clan:
        assert clan.discord is not None
        alerts = SecretStr(clan.discord.webhook_url("alert"))
        settings = clan.settings.model_copy(update={"alert_webhook_url": alerts})
        for name, value in settings.environ().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("STAGE_TIMEOUT_S", "15min")
        tell_of_silence(timetable())
        [told] = clan.discord.webhooks.contents("alert")
    assert "No night came to an end since one was due." in as_read(told)


def test_a_night_that_is_done_is_skipped(tmp_path: Path) -> None:
    with a_clan(tmp_path) as clan:
        done(clan, NOW)
        assert lived(clan) == ("Skipped", "The night is done already.", False)
        assert clan.rows("SELECT count(*) FROM run") == [(1,)]


def test_a_night_that_finds_another_run_at_work_is_skipped_and_comes_again(tmp_path: Path) -> None:
    with a_clan(tmp_path) as clan, alone(tmp_path):
        assert lived(clan) == ("Skipped", f"Another run is at work in {tmp_path}; wait for it to end.", True)
        assert not (tmp_path / "status.json").exists()


def test_a_night_that_finds_another_run_at_work_to_the_last_says_that_none_was_lived_unless_it_is_done(
    tmp_path: Path,
) -> None:
    with a_clan(tmp_path / "out", messages=60) as clan:
        assert clan.discord is not None
        alerts = SecretStr(clan.discord.webhook_url("alert"))
        clan.settings = clan.settings.model_copy(update={"alert_webhook_url": alerts})
        with alone(clan.output):
            name, sentence, again = lived(clan, is_last=True)
        status = json.loads((clan.output / "status.json").read_text("utf-8"))
        assert (name, again, status["exit_code"], status["sentence"]) == ("Failed", False, 4, sentence)
        assert "Another run is at work" in as_read(clan.discord.webhooks.contents("alert")[0])
        done(clan, NOW)
        with alone(clan.output):
            assert lived(clan, is_last=True)[0] == "Skipped"
        assert len(clan.discord.webhooks.contents("alert")) == 1


def test_a_night_whose_settings_are_wrong_says_so_in_status_and_does_not_come_again(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out") as clan:
        policy = tmp_path / "clan.toml"
        policy.write_text("[clan]\ntime_zone = 'Europe/Berln'\n", "utf-8")
        clan.settings = clan.settings.model_copy(update={"clan_config": policy})
        name, sentence, again = lived(clan)
        assert (name, again) == ("Failed", False)
        assert "'Europe/Berln' is not a time zone" in sentence
        status = json.loads((clan.output / "status.json").read_text("utf-8"))
        assert (status["state"], status["exit_code"], status["sentence"]) == ("failed", 2, sentence)


def test_a_night_whose_database_cannot_be_read_comes_again(tmp_path: Path) -> None:
    with a_clan(tmp_path) as clan:
        clan.settings.database.write_bytes(b"no database at all" * 100)
        name, sentence, again = lived(clan)
        assert (name, again) == ("Failed", True)
        assert json.loads((clan.output / "status.json").read_text("utf-8"))["sentence"] == sentence


def test_a_night_that_breaks_off_in_a_way_that_nobody_foresaw_is_told_in_status(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out") as clan:
        done(clan, NOW - DAY)
        clan.settings = clan.settings.model_copy(update={"database_url": f"sqlite:////{'x' * 300}.db"})
        name, sentence, again = lived(clan)
        assert (name, again) == ("Failed", True)
        assert sentence.startswith("Something unforeseen went wrong (OSError: ")
        assert json.loads((clan.output / "status.json").read_text("utf-8"))["sentence"] == sentence


def test_a_scheduled_night_with_a_wrong_setting_tells_whoever_can_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.schedule import scheduled

    with a_clan(tmp_path / "out", messages=60) as clan:
        assert clan.discord is not None
        clan.settings = clan.settings.model_copy(
            update={"alert_webhook_url": SecretStr(clan.discord.webhook_url("alert"))}
        )
        for name, value in clan.settings.environ().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("STAGE_TIMEOUT_S", "15min")
        state = scheduled.fn()
        assert (state.message or "").startswith("STAGE_TIMEOUT_S: ")
        assert "STAGE_TIMEOUT_S" in as_read(clan.discord.webhooks.contents("alert")[0])


def test_what_is_said_of_a_stage_that_could_not_be_recorded_is_what_the_database_said() -> None:
    from flows.nightly import _outcome

    class Ended:
        """A future of Prefect's whose task raised."""

        def result(self, *, raise_on_failure: bool) -> Exception:
            assert not raise_on_failure
            return StorageError("clan_data.db is locked by another program.")

    found = _outcome("load", Ended())  # type: ignore[arg-type]
    assert (found.state, found.error, found.error_class) == (
        "failed", "clan_data.db is locked by another program.", "StorageError",
    )  # fmt: skip
