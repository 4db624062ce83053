"""The dashboard of a full clan in a Chromium, opened from disk: how soon it stands there, how heavy it is, how fast it obeys.

Times are taken at the machine's own pace and slowed down as a phone's would be, each beside an empty page opened in the same turn.
"""

import gzip
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench_advice import MEMBERS, largest
from bench_history import NOW
from bench_kit import Line, at_most, tell
from playwright.sync_api import Browser, CDPSession, Page, ViewportSize

from pipeline.children import run_child
from pipeline.errors import ConfigError
from pipeline.job import Job
from pipeline.outputs.dashboard.screenshots import chromium
from pipeline.outputs.dashboard.site import PAGE
from pipeline.settings import Settings

DAYS: Final = 365
MESSAGES: Final = 100_000
DESK: Final[ViewportSize] = {"width": 1440, "height": 900}
GOALS: Final = {1: (400, 900), 4: (1200, 2400)}
"""Milliseconds until the largest paint, and until everything is drawn, by how much slower the processor is made."""

PARTS: Final = {"style": "RecalcStyleDuration", "layout": "LayoutDuration", "scripts": "ScriptDuration"}
"""What Chromium says of the time its main thread spent."""

EMPTY: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Empty</title><h1>Empty</h1><script>performance.mark('clan:drawn')</script>
"""

PAINTED: Final = """() => new Promise(done => {
  let largest = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) largest = entry.startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
  const drawn = performance.getEntriesByName('clan:drawn')[0].startTime;
  setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done([largest, drawn]))), 300);
})"""

OBEYED: Final = """async deed => {
  const frame = () => new Promise(requestAnimationFrame);
  const find = words => {
    const field = document.getElementById('member-search');
    field.value = words;
    field.dispatchEvent(new Event('input'));
  };
  const deeds = {
    sort: () => document.querySelector('#members-table th[data-sort=xp] button').click(),
    find: () => find('player 12'),
    all: () => find(''),
  };
  await frame();
  const began = performance.now();
  deeds[deed]();
  document.body.offsetHeight;
  await frame();
  await frame();
  return performance.now() - began;
}"""
"""Until the second frame: what was asked for is on the screen then."""

DEEDS: Final = {"sort": "sorting", "find": "finding one among", "all": "showing all of"}


@dataclass(frozen=True, slots=True)
class Opening:
    """What one opening of a page took, in milliseconds: until its largest paint, until it was drawn, and by parts."""

    painted: float
    drawn: float
    parts: Mapping[str, float]


def page(folder: Path, turns: int) -> list[Line]:
    """Publish the clan, then open its page again and again."""
    try:
        with chromium() as browser:
            return _measured(browser, folder, turns)
    except ConfigError as error:
        tell(f"{error} So the page is not measured.")
        return []


def _measured(browser: Browser, folder: Path, turns: int) -> list[Line]:
    published = _published(folder, max(2, turns // 3))
    file = folder / "site" / PAGE
    return [
        published,
        _weight(file),
        *_openings(browser, file, turns),
        _heap(browser, file),
        *_deeds(browser, file, turns),
    ]


def _published(folder: Path, turns: int) -> Line:
    """The stages judge and publish as children, as a night runs them."""
    tell(f"inventing {MEMBERS} members, {DAYS} days, {MESSAGES:,} messages …")
    largest(folder / "clan_data.db", DAYS, MESSAGES)
    settings = Settings.alone(wom_group_id=1, discord_token="-", output_dir=folder)
    job = Job(settings, "benchmark", NOW)
    outcomes = [run_child(job, name) for name in ("judge", *["publish"] * turns)]
    assert all(outcome.succeeded for outcome in outcomes), outcomes
    spent = [outcome.seconds for outcome in outcomes[1:]]
    return at_most("the stage publish, with all answers", min(spent), 5, " s", f"median {median(spent):.1f} s")


def _weight(file: Path) -> Line:
    """What is read before anybody asks for a chart or a story: the page and what its head names."""
    head = file.read_text("utf-8").partition("<body")[0]
    read = [file, *(file.parent / name for name in re.findall(r'\s(?:src|href)="(assets/[^"]+)"', head))]
    packed = {path.name.split(".")[0]: len(gzip.compress(path.read_bytes())) / 1000 for path in read}
    detail = ", ".join(f"{name} {size:.0f}" for name, size in packed.items())
    return at_most("read at first, gzipped", sum(packed.values()), 700, " KB", detail)


def _openings(browser: Browser, file: Path, turns: int) -> list[Line]:
    empty = file.with_name("empty.html")
    empty.write_text(EMPTY, "utf-8")
    lines = []
    for slowdown, goals in GOALS.items():
        ours, bare = [], []
        for _ in range(turns):
            ours.append(_opened(browser, file, slowdown))
            bare.append(_opened(browser, empty, slowdown))
        lines += [
            _soon(f"until the largest paint, {slowdown} ×", [one.painted for one in ours], [one.painted for one in bare], goals[0]),
            _soon(f"until all is drawn, {slowdown} ×", [one.drawn for one in ours], [one.drawn for one in bare], goals[1]),
        ]  # fmt: skip
        parts = ", ".join(f"{name} {median(one.parts[name] for one in ours):.0f} ms" for name in ours[0].parts)
        lines.append(Line("  where its time goes", parts))
    return lines


def _soon(measure: str, ours: Sequence[float], bare: Sequence[float], goal: float) -> Line:
    detail = f"median {median(ours):.0f} ms; {min(ours) / min(bare):.1f} × an empty page's {min(bare):.0f} ms"
    return at_most(measure, min(ours), goal, " ms", detail)


def _opened(browser: Browser, file: Path, slowdown: int) -> Opening:
    """Open *file* as somebody does who never did before."""
    with browser.new_context(viewport=DESK) as context:
        shown = context.new_page()
        wire = context.new_cdp_session(shown)
        wire.send("Performance.enable")
        wire.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        shown.goto(file.as_uri())
        painted, drawn = shown.evaluate(PAINTED)
        said = _said(wire)
    parts = {name: said[key] * 1000 for name, key in PARTS.items()}
    return Opening(painted, drawn, parts | {"parsing, painting": said["TaskDuration"] * 1000 - sum(parts.values())})


def _said(wire: CDPSession) -> dict[str, float]:
    return {metric["name"]: metric["value"] for metric in wire.send("Performance.getMetrics")["metrics"]}


def _heap(browser: Browser, file: Path) -> Line:
    with browser.new_page(viewport=DESK) as shown:
        shown.goto(file.as_uri())
        wire = shown.context.new_cdp_session(shown)
        wire.send("Performance.enable")
        wire.send("HeapProfiler.collectGarbage")
        return at_most("memory of its scripts", _said(wire)["JSHeapUsedSize"] / 1e6, 25, " MB")


def _deeds(browser: Browser, file: Path, turns: int) -> list[Line]:
    with browser.new_page(viewport=DESK) as shown:
        shown.goto(f"{file.as_uri()}#members")
        return [
            at_most(f"{words} {MEMBERS} members", min(spent), 100, " ms", f"median {median(spent):.0f} ms")
            for spent, words in zip(_in_turn(shown, turns), DEEDS.values(), strict=True)
        ]


def _in_turn(shown: Page, turns: int) -> list[tuple[float, ...]]:
    """Milliseconds of each of `DEEDS`, done one after the other *turns* times."""
    return list(zip(*([shown.evaluate(OBEYED, deed) for deed in DEEDS] for _ in range(turns)), strict=True))
