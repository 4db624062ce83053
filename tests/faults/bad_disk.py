"""Run by a test under `unshare -rm`: one stage on a disk of its own that is as good as full or read-only, then again when all is well.

    python bad_disk.py CASE TWIN STAGE FREE_KIB|read-only TOLD

The settings come from the environment; TOLD receives what became of it. Ends with 77 where nobody may mount a disk.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

from fault_kit import Case, differences, leftovers, torn

from pipeline.demo.discord.server import DemoDiscord
from pipeline.demo.wom.server import DemoServer
from pipeline.settings import Settings
from pipeline.stages import perform

NOT_HERE: Final = 77
READ_ONLY: Final = "read-only"
ROOM: Final = "128m"


def main(case: str, twin: str, stage: str, left: str, told: str) -> int:
    """Put the case on the disk, spoil that, and see."""
    settings, nobody = Settings.read(), (cast(DemoServer, None), cast(DemoDiscord, None))
    disk = Path(case).with_name("disk")
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "clanstats-test", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        return NOT_HERE
    shutil.copytree(case, disk / "case")
    here = Case(disk / "case", *nobody, settings)
    before = here.outputs(), here.tables()
    with _read_only(disk) if left == READ_ONLY else _full(disk, int(left)):
        outcome = perform(stage, here.job())
        seen = here.outputs()
    found = {
        "state": outcome.state,
        "error": outcome.error,
        "error_class": outcome.error_class,
        "touched": [name for name, digest in before[0].items() if seen.get(name) != digest],
        "tables": here.tables() == before[1],
        "torn": torn(here),
        "healed": {each.name: each.state for each in here.finish(stage).values()},
        "differences": differences(here, Case(Path(twin), *nobody, settings)),
        "leftovers": leftovers(here),
    }
    Path(told).write_text(json.dumps(found))
    return 0


@contextmanager
def _full(disk: Path, free_kib: int) -> Iterator[None]:
    with (disk / "ballast").open("wb") as ballast:
        for _ in range(shutil.disk_usage(disk).free // 1024 - free_kib):
            ballast.write(bytes(1024))
    yield
    (disk / "ballast").unlink()


@contextmanager
def _read_only(disk: Path) -> Iterator[None]:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    yield
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
