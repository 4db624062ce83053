"""What lies in the folder after a night, after the same night again, and after the next one."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from builders import NOW, a_marts

from pipeline.errors import PublishError
from pipeline.outputs.dashboard.house import house
from pipeline.outputs.dashboard.site import PAGE, drop_other_nights, write_runs, write_site

RUNS = [{"night": "2026-11-21", "state": "done", "sentence": "All </script> well."}]


def published(folder: Path, members: int = 14, nights: int = 0) -> Path:
    """The site of a night, *nights* after the first; its folder."""
    marts = a_marts(members, now=NOW + timedelta(days=nights))
    write_site(marts, folder / "site", folder / "single.html", RUNS)
    return folder / "site"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def named_in(page: Path) -> set[str]:
    return set(re.findall(r"assets/([\w.]+)", page.read_text("utf-8")))


def assets_of(site: Path) -> set[str]:
    return {path.name for path in (site / "assets").iterdir()} - {"manifest.json"}


def test_a_night_leaves_the_files_of_the_contract_and_names_them(tmp_path: Path) -> None:
    written = write_site(a_marts(3), tmp_path / "site", tmp_path / "single.html", RUNS)
    assert {PAGE, "clan_data.json", "clan_data.js", "runs.json", "runs.js"} <= {path.name for path in written}
    assert {str(path.relative_to(tmp_path)) for path in written} == contents(tmp_path).keys()
    assert written[-1].name == PAGE


def test_the_same_night_again_is_the_same_to_the_byte(tmp_path: Path) -> None:
    published(tmp_path)
    once = contents(tmp_path)
    published(tmp_path)
    assert contents(tmp_path) == once


def test_the_same_night_elsewhere_is_the_same_to_the_byte(tmp_path: Path) -> None:
    published(tmp_path / "here")
    published(tmp_path / "there")
    assert contents(tmp_path / "here") == contents(tmp_path / "there")


def test_assets_are_named_by_their_content(tmp_path: Path) -> None:
    site = published(tmp_path)
    for path in (site / "assets").iterdir():
        if path.name != "manifest.json":
            assert path.name.split(".")[1] == sha256(path.read_bytes()).hexdigest()[:8]
    assert named_in(site / PAGE) <= assets_of(site)


def test_last_nights_assets_stay_one_night_and_no_longer(tmp_path: Path) -> None:
    first = named_in(published(tmp_path) / PAGE)
    second = named_in(published(tmp_path, nights=1) / PAGE)
    assert first != second
    assert first | second <= assets_of(tmp_path / "site")
    third = named_in(published(tmp_path, nights=2) / PAGE)
    assert not first - second - third & assets_of(tmp_path / "site")
    assert second | third <= assets_of(tmp_path / "site")


def test_the_same_night_again_does_not_count_as_a_night(tmp_path: Path) -> None:
    first = named_in(published(tmp_path) / PAGE)
    published(tmp_path, nights=1)
    published(tmp_path, nights=1)
    assert first <= assets_of(tmp_path / "site")


def test_a_torn_manifest_does_not_stop_a_night(tmp_path: Path) -> None:
    site = published(tmp_path)
    (site / "assets" / "manifest.json").write_text('{"present": [')
    published(tmp_path, nights=1)
    assert named_in(site / PAGE) <= assets_of(site)


def test_a_damaged_asset_is_mended(tmp_path: Path) -> None:
    site = published(tmp_path)
    before = contents(tmp_path)
    (style,) = (site / "assets").glob("style.*.css")
    style.write_text("torn")
    published(tmp_path)
    assert contents(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file stands in the way")
    with pytest.raises(PublishError, match="site/assets cannot be made"):
        published(tmp_path)


def test_the_page_allows_nothing_but_files_beside_it(tmp_path: Path) -> None:
    page = (published(tmp_path) / PAGE).read_text("utf-8")
    assert (
        "default-src &#39;none&#39;; script-src &#39;self&#39;; style-src &#39;self&#39;; img-src &#39;self&#39; data:"
        in page
    )
    assert "unsafe" not in page


def test_the_single_page_names_each_inline_script_and_style_by_its_hash(tmp_path: Path) -> None:
    published(tmp_path)
    page = (tmp_path / "single.html").read_bytes().decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    blocks = re.findall(r"<(?:script|style)[^>]*>(.*?)</(?:script|style)>", page, re.DOTALL)
    hashes = [f"sha256-{b64encode(sha256(block.encode()).digest()).decode()}" for block in blocks]
    assert len(hashes) == 7
    assert all(name in policy[1] for name in hashes)
    assert "src=" not in page.split("<body>")[0]


def test_the_licence_notice_travels_with_echarts(tmp_path: Path) -> None:
    site = published(tmp_path)
    (notice,) = (site / "assets").glob("NOTICE.*.txt")
    (echarts,) = (site / "assets").glob("echarts.*.js")
    assert "Apache License, Version 2.0" in notice.read_text("utf-8")
    assert "Licensed to the Apache Software Foundation" in echarts.read_text("utf-8")


def test_runs_can_be_written_alone_and_cannot_break_out_of_their_script(tmp_path: Path) -> None:
    write_runs(tmp_path, RUNS)
    assert json.loads((tmp_path / "runs.json").read_text("utf-8")) == RUNS
    script = (tmp_path / "runs.js").read_text("utf-8")
    assert script.startswith("window.CLAN_RUNS = ")
    assert "</" not in script


def test_a_page_of_an_empty_clan_says_so(tmp_path: Path) -> None:
    page = (published(tmp_path, members=0) / PAGE).read_text("utf-8")
    assert "Nobody is in the clan yet" in page


@pytest.mark.parametrize("distribution", ["jinja2", "not-installed-anywhere"])
def test_without_echarts_the_remedy_is_named(distribution: str) -> None:
    with pytest.raises(PublishError, match="install ClanStats again"):
        house(distribution)


def test_a_source_that_fell_silent_is_named_on_the_page(tmp_path: Path) -> None:
    marts = a_marts(3)
    source = replace(marts.freshness.sources[0], state="stale")
    stale = replace(marts, freshness=replace(marts.freshness, sources=(source,)))
    write_site(stale, tmp_path / "site", tmp_path / "single.html", [])
    assert "Wise Old Man silent since 21 Nov 2026" in (tmp_path / "site" / PAGE).read_text("utf-8")


def test_assets_of_other_nights_can_be_dropped_at_once(tmp_path: Path) -> None:
    published(tmp_path)
    site = published(tmp_path, members=13, nights=1)
    assert len([name for name in assets_of(site) if name.startswith("clan_data")]) == 2
    drop_other_nights(site)
    assert len([name for name in assets_of(site) if name.startswith("clan_data")]) == 1
    drop_other_nights(tmp_path / "nowhere")
