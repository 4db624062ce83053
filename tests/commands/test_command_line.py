"""The commands as people type them: real processes, their exit codes, their one sentence, and what they leave behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from command_kit import Done, here, run
from night_kit import NOW, a_clan, tables
from search_kit import everything_in, holding

from pipeline.demo.discord.server import DEMO_TOKEN
from pipeline.demo.guild.founding import found_guild
from pipeline.demo.world import found_clan
from pipeline.sources.landing import whole_landings

WEBHOOK = "webhook-token-of-an-invented-guild"
ROOT = Path(__file__).parents[2]
HOSTILE = {
    "WOM_GROUP_ID": "not a number",
    "WOM_API_KEY": "must not matter",
    "OUTPUT_DIR": "/nowhere/at/all",
    "CLAN_CONFIG": "/none",
}


def known(**environment: str) -> dict[str, str]:
    """The environment of a machine that knows nothing of ClanStats but *environment*."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("WOM_", "PREFECT_"))}
    return kept | {"CLANSTATS_DOTENV": ""} | environment


def clanstats(*words: str, **environment: str) -> Done:
    """`clanstats` in a process of its own, deaf to the machine's own settings."""
    return run(known(**environment), *words)


def quickly(*words: str, **environment: str) -> Done:
    """The same in this process."""
    return here(known(**environment), *words)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path]:
    """A small demo, run once, with settings around it that it has to ignore."""
    folder = tmp_path_factory.mktemp("demo")
    words = ["--members", "20", "--days", "14", "--now", NOW.isoformat(), "--output", str(folder / "out")]
    return clanstats("demo", *words, "--ledger", str(folder / "ledger.json"), **HOSTILE), folder


def test_the_demo_ends_well_whatever_is_set_around_it(demo: tuple[Done, Path]) -> None:
    done, _ = demo
    assert done.returncode == 0, done.stderr
    assert "In Discord the last night was told like this:\n\n**" in done.stdout


def test_the_demo_leaves_every_file_of_the_contract(demo: tuple[Done, Path]) -> None:
    out = demo[1] / "out"
    names = [
        "clan_data.db", "clan_report_summary_merged.xlsx", "clan_dashboard_single.html", "status.json", "landing",
        "backups", "logs/app.log", "site/clan_dashboard.html", "site/clan_data.json", "site/clan_data.js",
        "site/runs.json", "site/runs.js", "site/assets",
    ]  # fmt: skip
    assert [name for name in names if not (out / name).exists()] == []


def test_the_demos_status_tells_of_its_last_night(demo: tuple[Done, Path]) -> None:
    status = json.loads((demo[1] / "out" / "status.json").read_text("utf-8"))
    assert (status["schema_version"], status["night"], status["state"], status["exit_code"]) == (
        1,
        "2026-11-21",
        "done",
        0,
    )
    assert status["stages"][0].keys() == {
        "name", "state", "attempts", "seconds", "requests", "bytes", "inserted", "updated", "unchanged", "error",
    }  # fmt: skip
    assert all(output["bytes"] and len(output["sha256"]) == 64 for output in status["outputs"])


def test_the_demos_runs_hold_a_file_for_each_stage(demo: tuple[Done, Path]) -> None:
    runs = sorted((demo[1] / "out" / "runs").iterdir())
    found = {path.name for path in runs[-1].glob("*.json")}
    assert found == {
        "harvest_wom.json", "harvest_discord.json", "harvest_workbook.json", "load.json", "judge.json", "report.json", "publish.json",
        "digest.json",
    }  # fmt: skip


def test_the_demos_workbook_opens_at_its_summary(demo: tuple[Done, Path]) -> None:
    with pytest.warns(UserWarning, match="extension"):
        book = openpyxl.load_workbook(demo[1] / "out" / "clan_report_summary_merged.xlsx")
    assert book.active is book["Summary"]
    assert book.sheetnames == [
        "Read me", "Summary", "To do", "Members", "Promotions", "Inactivity", "Gains", "Bosses", "Skills", "Activity",
        "Helpers", "Identities", "Retention", "Policy replay", "Competitions", "Roster log", "Milestones", "Runs",
        "Gains data", "Lists",
    ]  # fmt: skip


def test_nothing_that_people_wrote_and_no_token_is_anywhere(
    demo: tuple[Done, Path],
) -> None:
    """Database and its backups, landings, logs, Prefect's own home, outputs: all that a run writes, and what it printed."""
    guild = found_guild(found_clan(7, 20, 14, NOW))
    titles = {thread.name for thread in guild.threads}
    texts = sorted({
        line
        for post in guild.posts
        for text in (post.text, post.edited_text or "")
        for line in text.splitlines()
        if line.isascii() and len(line) >= 20 and line not in titles and not any(title in line for title in titles)
    })  # fmt: skip
    wanted = [text.encode() for text in texts[:: len(texts) // 250]]
    assert len(wanted) > 200
    files = [*everything_in(demo[1] / "out"), ("stdout", demo[0].stdout.encode()), ("stderr", demo[0].stderr.encode())]
    assert {"clan_data.db", "app.log", "prefect.db"} <= {Path(name).name for name, _ in files}
    assert [(name, text) for name, held in files for text in wanted if text in held] == []
    assert holding([DEMO_TOKEN, WEBHOOK], files) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has rights of another kind")
def test_other_users_of_the_machine_can_read_what_is_served_and_nothing_else(
    demo: tuple[Done, Path],
) -> None:
    out = demo[1] / "out"
    shut = {path for path in out.iterdir() if not path.stat().st_mode & 0o077}
    open_ = {
        path.relative_to(out).parts[0]
        for path in out.rglob("*")
        if path.stat().st_mode & 0o077 and not shut.intersection(path.parents)
    }
    assert open_ <= {
        "site", "clan_dashboard_single.html", "status.json", ".clanstats.lock", ".clanstats-demo", "clan.toml",
    }  # fmt: skip
    assert {"landing", "backups", "logs", "runs", "prefect", "datapackage", "clan_data.db", ".workbooks.json"} <= {
        path.name for path in shut
    }


def test_the_ledger_knows_every_member(demo: tuple[Done, Path]) -> None:
    told = json.loads((demo[1] / "ledger.json").read_text("utf-8"))
    published = json.loads((demo[1] / "out" / "site" / "clan_data.json").read_text("utf-8"))
    assert {m["player_id"] for m in published["members"]} <= {m["player_id"] for m in told["members"]}


def test_the_demo_empties_no_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    done = quickly("demo", "--output", str(tmp_path))
    assert (done.returncode, (tmp_path / "precious.txt").read_text()) == (2, "mine")
    assert "choose another --output" in done.stderr


def test_a_missing_group_id_is_said_in_one_sentence(tmp_path: Path) -> None:
    done = clanstats("run", OUTPUT_DIR=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.strip() == "WOM_GROUP_ID is not set: write it into .env (see .env.example)."


def test_an_instant_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    done = quickly("report", "--now", "yesterday", OUTPUT_DIR=str(tmp_path), WOM_GROUP_ID="1")
    assert (done.returncode, "'yesterday' is not an instant" in done.stderr) == (2, True)


def test_a_night_that_is_done_is_not_due(demo: tuple[Done, Path]) -> None:
    out = demo[1] / "out"
    before = (out / "status.json").read_bytes()
    done = quickly("run", "--if-due", "--now", NOW.isoformat(), OUTPUT_DIR=str(out), WOM_GROUP_ID="1")
    assert (done.returncode, (out / "status.json").read_bytes()) == (0, before)


def test_single_stages_work_alone(tmp_path: Path) -> None:
    with a_clan(tmp_path) as clan:
        environment = {
            key: value for key, value in clan.settings.environ().items() if key.startswith(("WOM_", "OUTPUT"))
        }
        alone = (["harvest", "wom"], ["report"])
        codes = [
            (clanstats if words in alone else quickly)(*words, "--now", NOW.isoformat(), **environment).returncode
            for words in (
                ["harvest", "wom"],
                ["load"],
                ["judge"],
                ["report"],
                ["harvest", "workbook"],
                ["publish"],
                ["backup"],
            )
        ]
    assert codes == [0] * 7
    assert [path.name for path in whole_landings(tmp_path / "landing")] == [
        "20261121T031700Z-wom-20261121T031700Z-alone", "20261121T031700Z-workbook-20261121T031700Z-alone",
    ]  # fmt: skip
    assert (tmp_path / "site" / "clan_dashboard.html").is_file()


def test_a_backup_that_is_restored_gives_the_tables_back(tmp_path: Path) -> None:
    with a_clan(tmp_path) as clan:
        clan.night(NOW)
        settings = {"OUTPUT_DIR": str(tmp_path), "WOM_GROUP_ID": "1"}
        file = quickly("backup", "--now", "2026-11-22", **settings).stdout.strip()
        before = tables(clan.settings.database, ())
        clan.settings.database.write_bytes(b"not a database at all")
        done = clanstats("restore", file, **settings)
        assert done.returncode == 0, done.stderr
        assert tables(clan.settings.database, ()) == before


def test_a_night_that_cannot_begin_says_so_in_its_status(tmp_path: Path) -> None:
    (tmp_path / "clan_data.db").write_bytes(b"not a database at all, but long enough to be read as one" * 100)
    done = quickly("run", "--now", NOW.isoformat(), OUTPUT_DIR=str(tmp_path), WOM_GROUP_ID="1")
    status = json.loads((tmp_path / "status.json").read_text("utf-8"))
    assert (done.returncode, status["state"], status["exit_code"]) == (1, "failed", 1)
    assert "is damaged" in status["sentence"]


def test_a_backfill_that_lacks_something_ends_with_3_and_says_to_call_it_again(tmp_path: Path) -> None:
    with a_clan(tmp_path) as clan:
        clan.server.fault("/groups/*/name-changes*", "429", times=None, retry_after=4000)
        environment = {
            key: value for key, value in clan.settings.environ().items() if key.startswith(("WOM_", "OUTPUT"))
        }
        done = quickly("backfill", "--days", "10", "--now", NOW.isoformat(), **environment)
    assert (done.returncode, "call backfill again" in done.stderr) == (3, True), done.stderr


def test_a_command_imports_no_more_than_it_needs(tmp_path: Path) -> None:
    asked = "import sys; from pipeline.cli import main; sys.argv = ['clanstats', 'backup', '--output', sys.argv[1]]\n"
    told = "finally: print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", f"{asked}try: main()\n{told}", str(tmp_path)],
        capture_output=True, text=True, timeout=450, cwd=ROOT, check=False,
        env=os.environ | {"CLANSTATS_DOTENV": "", "WOM_GROUP_ID": "1"},
    )  # fmt: skip
    loaded = set(done.stdout.split())
    assert "sqlalchemy" in loaded, done.stderr
    assert loaded.isdisjoint({"prefect", "pandas", "numpy", "discord", "openpyxl", "xlsxwriter"})
