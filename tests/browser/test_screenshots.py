"""`clanstats screenshots` as people type it: pictures of every page, and plain words for what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from browsing import Sites

pytestmark = [pytest.mark.soak, pytest.mark.browser, pytest.mark.usefixtures("installed")]

ROOT = Path(__file__).parents[2]
MAIN = "from pipeline.cli import main; main()"


def screenshots(output: Path, *words: str, code: str = MAIN, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, in which no group is set."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("WOM_")}
    return subprocess.run(
        [sys.executable, "-c", code, "screenshots", "--output", str(output), *words],
        capture_output=True, text=True, timeout=200, cwd=ROOT, check=False,
        env=kept | {"CLANSTATS_DOTENV": "", "COLUMNS": "200"} | environment,
    )  # fmt: skip


def size(picture: Path) -> tuple[int, int]:
    """Width and height of a PNG, which its header tells."""
    header = picture.read_bytes()[:24]
    return int.from_bytes(header[16:20]), int.from_bytes(header[20:24])


@pytest.fixture(scope="module")
def pictures(sites: Sites, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pictures of a small clan by name, taken where one of a page that is gone lies."""
    output = tmp_path_factory.mktemp("pictured")
    (output / "screenshots").mkdir()
    (output / "screenshots" / "gone-390-dark.png").touch()
    done = screenshots(output, "--site", str(sites(6).page.parent))
    assert done.returncode == 0, done.stderr
    return {picture.stem: picture for picture in (output / "screenshots").iterdir()}


def test_every_page_is_pictured_in_every_look(pictures: dict[str, Path]) -> None:
    pages = ("overview", "todo", "members", "bosses", "skills", "roster", "member", "board")
    looks = ("1440-light", "1440-dark", "390-light", "390-dark")
    assert {f"{page}-{look}" for page in pages for look in looks} <= set(pictures)
    assert "gone-390-dark" not in pictures


def test_pictures_are_as_wide_as_their_names_say_and_as_high_as_the_page(pictures: dict[str, Path]) -> None:
    sizes = {name: size(picture) for name, picture in pictures.items() if name != "emblems"}
    assert {name: width for name, (width, _) in sizes.items()} == {name: int(name.split("-")[1]) for name in sizes}
    assert sizes["members-390-light"][1] > sizes["members-1440-light"][1] >= 900


def test_day_and_night_differ(pictures: dict[str, Path]) -> None:
    assert pictures["member-390-light"].read_bytes() != pictures["member-390-dark"].read_bytes()


def test_all_emblems_stand_on_one_sheet(pictures: dict[str, Path]) -> None:
    width, height = size(pictures["emblems"])
    assert width == 1440
    assert height > 2000


def test_without_a_dashboard_the_way_to_one_is_told(tmp_path: Path) -> None:
    done = screenshots(tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        f"There is no dashboard in {tmp_path / 'site'}: first make one by uv run clanstats run, or name the folder of one by --site.\n",
    )


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"code": f"import sys; sys.modules['playwright'] = None; {MAIN}"}, "Pictures need Playwright"),
        ({"PATH": "", "PLAYWRIGHT_BROWSERS_PATH": "/nowhere"}, "Pictures need a Chromium"),
    ],
)
def test_what_must_be_installed_is_told_in_a_sentence(
    sites: Sites, tmp_path: Path, missing: dict[str, str], said: str
) -> None:
    done = screenshots(tmp_path, "--site", str(sites(6).page.parent), **missing)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert done.stderr.startswith(said)
