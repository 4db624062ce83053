"""Nights of a clan that also talks: quiet ones, double ones, blind ones, and nights on which one of the two sources is away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from night_kit import DAY, NOW, Clan, a_clan, tables

from pipeline import runs, stages
from pipeline.marts.model import Freshness
from pipeline.outcome import HARVESTS, StageOutcome, write_outcome
from pipeline.runs import done_before, planned
from pipeline.storage.engine import reading
from pipeline.storage.talk_queries import heard_until
from pipeline.verdict import Verdict, stopper, sum_up

MESSAGES = 400
MESSAGE_PAGES = "/messages?"
UNHINDERED = ("discord-no-content", "discord-no-members")
"""Plans under which it is still known who wrote and who did not."""

ALIVE = "SELECT * FROM message WHERE deleted_at IS NULL ORDER BY id"


def lived(clan: Clan, without: str = "", **changed: object) -> tuple[Verdict, Freshness]:
    """A night stage by stage in the order of the flow, recorded as the flow records it; *changed* settings are set otherwise.

    The stage *without*, of report and publish, is left out where nobody opens what it writes.
    """
    clan.settings = clan.settings.model_copy(update=changed)
    assert clan.discord is not None
    job = runs.begin(clan.settings, clan.discord.now)
    outcomes: dict[str, StageOutcome] = {}
    for name in planned(job):
        if name == without:
            continue
        outcomes[name] = stages.perform(name, job)
        runs.record(job, outcomes[name])
        if name not in HARVESTS and stopper(outcomes):
            break
    return runs.end(job, outcomes), stages.marts(job).freshness


def at(clan: Clan, now: object) -> None:
    assert clan.discord is not None
    clan.server.now = clan.discord.now = now  # type: ignore[assignment]


def message_pages(clan: Clan) -> list[str]:
    assert clan.discord is not None
    return [path for _, path, _ in clan.discord.requests if MESSAGE_PAGES in path]


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clan]:
    """A clan after two nights on which nothing went wrong."""
    with a_clan(tmp_path_factory.mktemp("twin") / "out", messages=MESSAGES) as clan:
        clan.night(NOW - DAY)
        clan.night(NOW)
        yield clan


def test_a_second_run_of_the_same_date_asks_for_no_message_and_changes_no_table(twin: Clan) -> None:
    before = tables(twin.settings.database)
    assert twin.discord is not None
    twin.discord.requests.clear()
    outcome = twin.night(NOW, "-again")["harvest_discord"]
    assert (message_pages(twin), outcome.state) == ([], "done")
    assert outcome.requests == len(twin.discord.requests) < 25
    assert tables(twin.settings.database) == before


def test_a_night_without_news_leaves_equal_tables_though_it_reads_the_last_days_again(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out", messages=MESSAGES) as clan:
        clan.night(NOW)
        before = tables(clan.settings.database, ("landing", "run", "stage_run"))
        at(clan, NOW)
        job = clan.job(NOW)
        later = type(job)(job.settings, "later", NOW + DAY)  # our clock goes on, the servers' do not
        assert {stages.perform(name, later).state for name in ("harvest_discord", "load")} == {"done"}
        assert message_pages(clan)
        assert tables(clan.settings.database, ("landing", "run", "stage_run")) == before


def test_the_same_database_and_now_give_the_same_bytes(twin: Clan) -> None:
    written = []
    for _ in range(2):
        assert [stages.perform(name, twin.job(NOW)).state for name in ("report", "publish")] == ["done", "done"]
        names = ("clan_report_summary_merged.xlsx", "clan_dashboard_single.html", "site/clan_data.json")
        written.append([(twin.output / name).read_bytes() for name in names])
    assert written[0] == written[1]


def test_without_a_token_discord_is_absent_and_the_night_is_a_success(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out", messages=MESSAGES) as clan:
        verdict, freshness = lived(clan, "report", discord_token=None)
        assert (verdict.exit_code, stages.marts(clan.job(NOW)).talk) == (0, None)
        assert [source.source for source in freshness.sources] == ["wom"]
        assert clan.discord is not None
        assert clan.discord.requests == []


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ("discord-denied", "DISCORD_TOKEN"),
        ("discord-blocked", "429"),
        ("discord-no-content", "Message Content Intent"),
        ("discord-no-members", "Server Members Intent"),
    ],
)
def test_what_discord_refuses_is_told_in_the_freshness_line_and_caught_up_the_next_night(
    plan: str, said: str, twin: Clan, tmp_path: Path
) -> None:
    with a_clan(tmp_path / "out", messages=MESSAGES) as clan:
        assert clan.discord is not None
        at(clan, NOW - DAY)
        clan.discord.play(plan)
        verdict, freshness = lived(clan, "publish")
        assert (verdict.state, verdict.exit_code) == ("degraded", 3)
        assert said in verdict.sentence
        assert said in freshness.sentence
        with reading(clan.settings.database) as connection:
            assert (heard_until(connection, NOW - DAY) is not None) == (plan in UNHINDERED)
        assert "Game data to 20 Nov" in freshness.sentence
        assert (clan.output / "clan_report_summary_merged.xlsx").exists()
        clan.discord.mend()
        at(clan, NOW)
        verdict, freshness = lived(clan, "report")
        assert (verdict.exit_code, said in freshness.sentence) == (0, False)
        assert clan.rows(ALIVE) == twin.rows(ALIVE)
        assert {row[0] for row in twin.rows(ALIVE)} == clan.discord_ids(NOW)


def test_discord_goes_on_while_wise_old_man_is_away(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out", messages=MESSAGES) as clan:
        clan.night(NOW - DAY)
        at(clan, NOW)
        clan.server.fault("*", "429", None, retry_after=4_000)
        verdict, freshness = lived(clan, "report")
        assert (verdict.state, verdict.exit_code) == ("degraded", 3)
        assert [(source.source, source.state) for source in freshness.sources] == [
            ("wom", "stale"),
            ("discord", "fresh"),
        ]
        assert "Discord to 21 Nov 03:17 UTC" in freshness.sentence


def test_when_both_are_away_nothing_new_is_published(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out", messages=MESSAGES) as clan:
        assert clan.discord is not None
        clan.server.fault("*", "429", None, retry_after=4_000)
        clan.discord.play("discord-blocked")
        job = runs.begin(clan.settings, NOW)
        outcomes = {name: stages.perform(name, job) for name in HARVESTS}
        assert sum_up(outcomes).exit_code == 1


def test_one_source_alone_does_not_make_the_night_done(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out", messages=MESSAGES) as clan:
        for only in ("wom", "discord"):
            assert runs.is_due(clan.settings, NOW)
            job = runs.begin(clan.settings, NOW, only)
            assert [name for name in planned(job) if name in HARVESTS] == [f"harvest_{only}"]
            outcomes = {name: stages.perform(name, job) for name in planned(job)}
            for outcome in outcomes.values():
                runs.record(job, outcome)
            verdict = runs.end(job, outcomes)
            name = {"wom": "Wise Old Man", "discord": "Discord"}[only]
            assert (verdict.exit_code, verdict.sentence) == (0, f"{name} was read; no other source was asked.")
        assert not runs.is_due(clan.settings, NOW)


@pytest.mark.parametrize("only", ["wom", "discord"])
def test_a_night_cut_off_with_one_source_goes_on_with_both_from_the_first_stage_that_is_open(
    only: str, tmp_path: Path
) -> None:
    with a_clan(tmp_path / "out", messages=MESSAGES) as clan:
        job = runs.begin(clan.settings, NOW, only)
        for name in planned(job)[:-1]:
            outcome = stages.perform(name, job)
            assert outcome.state == "done"
            runs.record(job, outcome)
            write_outcome(job.output, job.run_id, outcome)
        resumed = runs.begin(clan.settings, NOW)
        assert resumed.run_id == job.run_id
        assert list(done_before(resumed)) == [f"harvest_{only}", "harvest_workbook"], (
            "what was harvested since must be loaded, too"
        )
        assert list(done_before(job)) == planned(job)[:-1]
