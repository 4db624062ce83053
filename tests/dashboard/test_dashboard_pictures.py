"""A clan's own pictures stand where emblems would, and a file that cannot be shown costs nothing but itself."""

import json
import logging
import os
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

import pytest
from builders import NOW, a_marts
from picture_kit import BLUE_WEBP, a_png, an_svg

from pipeline.domain.metrics import METRICS
from pipeline.job import Job
from pipeline.outputs.dashboard.assets import Picture
from pipeline.outputs.dashboard.pictures import MOST_BYTES, NAMED, read_pictures
from pipeline.outputs.dashboard.site import PAGE, write_site
from pipeline.runs import prepare
from pipeline.settings import Settings
from pipeline.stages import perform

RED_PNG = a_png((255, 0, 0))
GREEN_SVG = an_svg("#00ff00")


def read(folder: Path, files: Mapping[str, bytes]) -> tuple[dict[str, str], list[str]]:
    """Formats of the pictures in *folder* by their emblems, after *files* were put there, and what is said of the others."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    pictures, told = read_pictures(folder, METRICS)
    return {picture.stem: picture.extension for picture in pictures}, told


def published(folder: Path, *pictures: Picture) -> tuple[str, str]:
    """Both pages of a night, as text."""
    single = folder / "single.html"
    write_site(a_marts(3), folder / "site", single, [], pictures=pictures)
    return (folder / "site" / PAGE).read_text("utf-8"), single.read_text("utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ── reading a folder ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_is_known_by_its_name(tmp_path: Path) -> None:
    files = {"zulrah.png": RED_PNG, "fishing.svg": GREEN_SVG, "nex.webp": BLUE_WEBP, "clan.png": RED_PNG}
    assert read(tmp_path, files) == (
        {"emblem-of-the-clan": "png", "emblem-fishing": "svg", "emblem-nex": "webp", "emblem-zulrah": "png"},
        [],
    )


def test_capitals_make_no_difference(tmp_path: Path) -> None:
    assert read(tmp_path, {"Zulrah.PNG": RED_PNG}) == ({"emblem-zulrah": "png"}, [])


def test_an_empty_folder_has_no_pictures(tmp_path: Path) -> None:
    assert read(tmp_path, {}) == ({}, [])


def test_a_folder_that_is_gone_is_told_and_nothing_else_happens(tmp_path: Path) -> None:
    pictures, told = read_pictures(tmp_path / "gone", METRICS)
    assert pictures == ()
    assert told == [
        f"{tmp_path / 'gone'} cannot be read (No such file or directory), so that emblems are shown; let ClanStats read it."
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("zulrah.png", b""),
        ("zulrah.png", GREEN_SVG),
        ("zulrah.png", RED_PNG[:40]),
        ("zulrah.webp", RED_PNG),
        ("zulrah.webp", BLUE_WEBP[:-4]),
        ("zulrah.svg", RED_PNG),
        ("zulrah.svg", GREEN_SVG[:-3]),
        ("zulrah.svg", b"<html><script>alert(1)</script></html>"),
        ("zulrah.svg", b"<svg viewBox='0 0 8 8'/>"),
        ("zulrah.svg", b"<?xml version='1.0' encoding='klingon'?><svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("zulrah.svg", b"<?xml version='1.0' encoding='utf-7'?><svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_what_is_no_picture_is_left_out_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    shown, told = read(tmp_path, {name: content})
    kind = name.rpartition(".")[2].upper()
    assert shown == {}
    assert told == [f"'{name}' is left out: what is in it is no {kind} picture, or only a part of one; save it anew."]


def test_entities_that_grow_without_end_are_no_picture(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{depth} "{f"&e{depth - 1};" * 10}">' for depth in range(1, 12))
    bomb = f'<!DOCTYPE svg [<!ENTITY e0 "lol">{entities}]><svg xmlns="http://www.w3.org/2000/svg">&e11;</svg>'
    assert read(tmp_path, {"zulrah.svg": bomb.encode()})[0] == {}


def test_a_picture_may_have_256_kilobytes_and_not_one_byte_more(tmp_path: Path) -> None:
    room = MOST_BYTES - len(RED_PNG)
    shown, told = read(tmp_path, {"nex.png": RED_PNG + bytes(room), "zulrah.png": RED_PNG + bytes(room + 1)})
    assert shown == {"emblem-nex": "png"}
    assert told == ["'zulrah.png' is left out: it is larger than 256 KB; make it smaller, 128 × 128 pixels are enough."]


def test_of_two_files_for_one_metric_the_better_format_is_shown(tmp_path: Path) -> None:
    shown, told = read(tmp_path, {"zulrah.png": RED_PNG, "zulrah.svg": GREEN_SVG, "zulrah.webp": BLUE_WEBP})
    assert shown == {"emblem-zulrah": "svg"}
    assert told == [
        "'zulrah.webp' is left out: zulrah.svg is shown; keep one of the two.",
        "'zulrah.png' is left out: zulrah.svg is shown; keep one of the two.",
    ]


def test_where_the_better_format_cannot_be_shown_the_other_is(tmp_path: Path) -> None:
    shown, told = read(tmp_path, {"zulrah.png": RED_PNG, "zulrah.svg": b"<svg"})
    assert shown == {"emblem-zulrah": "png"}
    assert len(told) == 1


def test_another_format_is_told_unless_it_lies_beside_a_picture(tmp_path: Path) -> None:
    shown, told = read(
        tmp_path, {"zulrah.jpg": b"", "nex.psd": b"", "nex.png": RED_PNG, "Thumbs.db": b"", ".DS_Store": b""}
    )
    assert shown == {"emblem-nex": "png"}
    assert told == ["'zulrah.jpg' is left out: save it as .svg, .webp or .png."]


def test_a_link_a_folder_and_a_pipe_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    (folder / "nex.png").mkdir(parents=True)
    (tmp_path / "elsewhere.png").write_bytes(RED_PNG)
    (folder / "zulrah.png").symlink_to(tmp_path / "elsewhere.png")
    (folder / "kraken.png").symlink_to(folder / "kraken.png")
    os.mkfifo(folder / "vorkath.png")
    shown, told = read(folder, {})
    assert shown == {}
    assert [line.partition(": ")[2] for line in told] == [
        "it is no file, but a link or a folder; put the picture itself there."
    ] * 4


def test_pictures_of_no_metric_are_told_in_one_sentence_with_what_may_be_meant(tmp_path: Path) -> None:
    shown, told = read(tmp_path, {"zullrah.png": RED_PNG, "newest_boss.svg": GREEN_SVG, "readme.txt": b"Ours."})
    assert shown == {}
    assert told == [
        "no metric is called as 'newest_boss.svg', 'zullrah.png' (did you mean 'zulrah'?); "
        "name pictures as Wise Old Man does metrics, such as zulrah.png."
    ]


def test_of_many_strangers_some_are_named(tmp_path: Path) -> None:
    (told,) = read(tmp_path, {f"{number:03}.png": RED_PNG for number in range(NAMED + 88)})[1]
    assert f"'{NAMED - 1:03}.png' and 88 more; " in told


def test_no_name_of_a_file_can_break_a_line_or_the_log(tmp_path: Path) -> None:
    names = [
        "a\nERROR all is lost.png",
        '"><script>alert(1)<.png',
        "\u202egnp.exe.png",
        "\x1b[31m.png",
        os.fsdecode(b"\xff.png"),
    ]
    shown, told = read(tmp_path, dict.fromkeys(names, RED_PNG))
    assert shown == {}
    assert len(told) == 1
    assert told[0].isprintable()
    assert told[0].encode("utf-8")


# ── both pages ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_picture_stands_in_its_emblems_symbol_on_both_pages(tmp_path: Path) -> None:
    picture = Picture("emblem-zulrah", "svg", GREEN_SVG)
    page, single = published(tmp_path, picture)
    written = '<symbol id="emblem-zulrah" viewBox="0 0 32 32"><image href="{}" width="32" height="32"/></symbol>'
    assert written.format(f"assets/{picture.name}") in page
    assert written.format(f"data:image/svg+xml;base64,{b64encode(GREEN_SVG).decode()}") in single
    assert (tmp_path / "site" / "assets" / picture.name).read_bytes() == GREEN_SVG


def test_the_clans_own_shield_can_be_a_picture(tmp_path: Path) -> None:
    for page in published(tmp_path, Picture("emblem-of-the-clan", "png", RED_PNG)):
        assert '<symbol id="emblem-of-the-clan" viewBox="0 0 32 32"><image ' in page


def test_other_emblems_stay_as_they_were(tmp_path: Path) -> None:
    plain, with_a_picture = published(tmp_path)[0], published(tmp_path, Picture("emblem-zulrah", "png", RED_PNG))[0]
    assert [line for line in plain.splitlines() if line not in with_a_picture.splitlines()] == [
        line for line in plain.splitlines() if 'id="emblem-zulrah"' in line
    ]


def test_the_same_pictures_give_the_same_bytes(tmp_path: Path) -> None:
    files = {"zulrah.png": RED_PNG, "fishing.svg": GREEN_SVG, "nex.webp": BLUE_WEBP}
    for place, names in (("here", sorted(files)), ("there", sorted(files, reverse=True))):
        (tmp_path / place / "pictures").mkdir(parents=True)
        read(tmp_path / place / "pictures", {name: files[name] for name in names})
        published(tmp_path / place, *read_pictures(tmp_path / place / "pictures", METRICS)[0])
    assert contents(tmp_path / "here") == contents(tmp_path / "there")


def test_a_picture_that_was_taken_back_is_swept_like_any_asset(tmp_path: Path) -> None:
    published(tmp_path, Picture("emblem-zulrah", "png", RED_PNG))
    published(tmp_path, Picture("emblem-zulrah", "webp", BLUE_WEBP))
    assert [path.suffix for path in (tmp_path / "site" / "assets").glob("emblem-*")] == [".webp"]


# ── the stage ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_night_shows_the_clans_pictures_and_tells_of_those_it_cannot(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, policy = tmp_path / "pictures", tmp_path / "clan.toml"
    folder.mkdir()
    (folder / "zulrah.png").write_bytes(RED_PNG)
    (folder / "nex.png").write_bytes(b"none")
    policy.write_text(f"[pictures]\nfolder = {json.dumps(str(folder))}\n", "utf-8")
    settings = Settings.alone(wom_group_id=1, output_dir=tmp_path / "output", clan_config=policy)
    prepare(settings, NOW)
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        outcome = perform("publish", Job(settings, "a-run", NOW))
    (asset,) = (tmp_path / "output" / "site" / "assets").glob("emblem-*")
    assert outcome.state == "done"
    assert f"site/assets/{asset.name}" in outcome.paths
    assert asset.read_bytes() == RED_PNG
    assert [record.getMessage() for record in caplog.records] == [
        "clan.toml, [pictures]: 'nex.png' is left out: "
        "what is in it is no PNG picture, or only a part of one; save it anew."
    ]
