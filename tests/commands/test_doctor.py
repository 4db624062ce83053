"""`clanstats doctor` as people type it: a fresh machine on a terminal, a set-up one for programs."""

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
from command_kit import CLANSTATS, here
from doctor_kit import a_house, a_lived_in, servers

from pipeline.doctor.check import ok, skipped, warning, wrong
from pipeline.doctor.telling import Teller, as_json, sum_up
from pipeline.settings import DOTENV, Settings

ROOT = Path(__file__).parents[2]
COMMAND = (*CLANSTATS, "doctor")


def on_a_terminal(*words: str, **environment: str) -> tuple[int, str]:
    """The exit code of the command, and what a terminal shows of it."""
    ours, theirs = pty.openpty()
    kept = {name: text for name, text in os.environ.items() if name.lower() not in Settings.model_fields}
    with subprocess.Popen(
        [*COMMAND, *words],
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env=kept | {"COLUMNS": "160", "TERM": "xterm"} | environment,
    ) as started:
        os.close(theirs)
        shown = bytearray()
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:
            pass  # a terminal whose last program has ended
    os.close(ours)
    return started.returncode, shown.decode()


def test_a_fresh_machine_is_told_first_how_to_be_set_up(tmp_path: Path) -> None:
    code, shown = on_a_terminal(
        "--output",
        str(tmp_path / "output"),
        **{DOTENV: str(tmp_path / ".env"), "WOM_BASE_URL": "http://127.0.0.1:1/v2"},
    )
    first, *rest = shown.splitlines()
    assert code == 2
    assert "✗" in first
    assert "ClanStats is not set up yet" in first
    assert rest[0].startswith("    Copy ")
    assert "must be mended: .env, WOM_GROUP_ID" in rest[-1] + rest[-2]
    assert "Traceback" not in shown
    assert list(tmp_path.iterdir()) == []


def test_programs_get_everything_as_json_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "lived-in").mkdir()
    a_lived_in(tmp_path / "lived-in")
    with servers() as (wom, discord):
        house = a_house(tmp_path / "house", tmp_path / "lived-in", wom, discord)
        done = here({DOTENV: str(house.dotenv)}, "doctor", "--json", "--now", house.now.isoformat())
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (told["schema_version"], told["state"], told["exit_code"]) == (1, "ok", 0)
    assert told["sentence"].startswith("All is well")
    assert all(check.keys() == {"name", "state", "said", "remedy"} for check in told["checks"])
    assert {"OUTPUT_DIR", "database", "group", "Discord", "ALERT_WEBHOOK_URL", "last run"} <= {
        c["name"] for c in told["checks"]
    }


@pytest.mark.parametrize(
    ("found", "state", "code"),
    [
        ([ok("a", "."), skipped("b", ".")], "ok", 0),
        ([ok("a", "."), warning("b", ".", ".")], "warning", 3),
        ([warning("a", ".", "."), wrong("b", ".", ".")], "wrong", 2),
    ],
)
def test_the_worst_check_decides(found: list[object], state: str, code: int) -> None:
    verdict = sum_up(found)  # type: ignore[arg-type]
    assert (verdict.state, verdict.exit_code) == (state, code)
    assert json.loads(as_json(found, verdict))["exit_code"] == code  # type: ignore[arg-type]


def test_plain_lines_carry_the_state_as_a_word_and_the_remedy_below(capsys: pytest.CaptureFixture[str]) -> None:
    teller = Teller()
    teller.show(wrong("database", "It is damaged.", "clanstats restore FILE"))
    teller.conclude(sum_up([ok("a", ".")]))
    first, second, last = capsys.readouterr().out.splitlines()
    assert first == "wrong   database: It is damaged."
    assert second.strip() == "clanstats restore FILE"
    assert last.startswith("All is well")
