"""The benchmarks, by hand: `uv run python tests/benchmarks/run.py [NAME …] [--turns N]`.

One run prints every figure beside its goal; nothing fails, for a busy machine is no bug. Ratios compare the best of turns
taken alternately, so they hold on any machine; milliseconds do not. Nothing is written outside a temporary folder.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench_advice import advice
from bench_kit import Line, machine, show, tell
from bench_marts import board, clan
from bench_month import month
from bench_night import night
from bench_page import page
from bench_sources import answers
from bench_storage import load_month, load_year, year
from bench_talk import talk
from bench_workbook import workbook

from pipeline.collector import spare_collector


def main() -> None:
    """Run what the command line names, or everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--turns", type=int, default=7, help="turns of each measure; more are steadier (default 7)")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    tell(machine())
    spare_collector()  # as every stage child does
    lines: list[Line] = []
    for name in asked.names or BENCHMARKS:
        tell(f"{name} …")
        with tempfile.TemporaryDirectory(prefix="clanstats-benchmark-") as folder:
            lines += BENCHMARKS[name](Path(folder), asked.turns)
    show(lines)
    tell(machine())


BENCHMARKS: dict[str, Callable[[Path, int], list[Line]]] = {
    "load": load_month,
    "load-year": load_year,
    "decode": answers,
    "board": board,
    "clan": lambda folder, turns: clan(year(folder), turns),
    "talk": talk,
    "advice": advice,
    "night": night,
    "month": month,
    "page": page,
    "workbook": workbook,
}

if __name__ == "__main__":
    main()
