"""The officers' workbook says what the marts say, however the names look."""

import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from advice_builders import advised_marts
from builders import HOSTILE_NAMES, NOW, a_marts, enrolled
from workbook_reader import (
    GAME_SHEETS,
    HIDDEN,
    column_range,
    content_of,
    links,
    night,
    only,
    opens_at,
    read,
    rows_of,
    shown,
    shown_names,
    strange_links,
    table_of,
    texts,
    written,
    xml_of,
)

from pipeline.domain.levels import level
from pipeline.domain.metrics import OVERALL, SKILLS, metric_for
from pipeline.errors import PublishError
from pipeline.marts.model import Highlight
from pipeline.outputs.excel import formats
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.gains import NOTHING_KNOWN
from pipeline.outputs.excel.links import profile
from pipeline.outputs.excel.matrix import bosses_sheet, skills_sheet
from pipeline.outputs.excel.members import members_sheet
from pipeline.outputs.excel.roster import roster_sheet
from pipeline.outputs.excel.text import LONGEST, plain
from pipeline.outputs.excel.workbook import workbook_bytes, write_workbook

DESCRIPTIONS = (members_sheet, bosses_sheet, skills_sheet, roster_sheet)
NO_MEMBERS_YET = {"Summary", "To do", "Members", "Promotions", "Inactivity", "Gains", "Bosses", "Skills"}
ZONE = ZoneInfo("Europe/Amsterdam")


def local(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(ZONE).replace(tzinfo=None)


def test_the_sheets_stand_in_order() -> None:
    assert tuple(night()[1].sheetnames) == (*GAME_SHEETS, *HIDDEN)


def test_it_opens_at_the_answer() -> None:
    assert opens_at(night()[1]) == "Summary"


def test_every_sheet_begins_with_title_and_freshness() -> None:
    marts, workbook = night()
    heads = [(sheet["A1"].value.strip(), sheet["A3"].value) for sheet in shown(workbook)]
    assert heads == [(f"Oaken Shield – {name}", marts.freshness.sentence) for name in GAME_SHEETS]


def test_every_sheet_says_whose_zone_its_dates_are_in() -> None:
    assert all("Europe/Amsterdam" in sheet["A4"].value for sheet in shown(night()[1]))


@pytest.mark.parametrize(("table", "first"), [("BossLeaders", "Boss"), ("SkillLeaders", "Skill")])
def test_leaders_equal_the_marts(table: str, first: str) -> None:
    marts, workbook = night(30)
    names = {member.player_id: member.name for member in marts.members}
    unit, units = ("kills", "Kills") if first == "Boss" else ("XP", "XP")

    def expected(highlight: Highlight) -> list[Any]:
        leader, holder = highlight.week_leader, highlight.holder
        return [
            metric_for(highlight.metric, "boss").name, highlight.week_total, highlight.month_total, highlight.week_players,
            leader and names[leader.player_id], leader and leader.value, holder and names[holder.player_id],
            holder and holder.value,
        ]  # fmt: skip

    rows = rows_of(workbook, table)
    assert list(rows[0]) == [
        first, f"{units} 7d", f"{units} 30d", "Players 7d", "Leader 7d", f"Leader's {unit} 7d", f"Most {unit} ever", f"{units} ever",
    ]  # fmt: skip
    highlights = marts.bosses if first == "Boss" else marts.skills
    assert [list(row.values()) for row in rows] == [expected(highlight) for highlight in highlights]


def test_kill_counts_equal_the_marts_in_the_order_of_metrics() -> None:
    marts, workbook = night(30)
    rows = rows_of(workbook, "KillCounts")
    held = [metric for metric in marts.metrics if metric.kind == "boss" and metric.key in marts.standings]
    assert list(rows[0])[8:] == [metric.name for metric in held]
    assert "The Brine Hag" in rows[0]
    for row, member in zip(rows, marts.members, strict=True):
        assert list(row.values())[8:] == [member.values.get(metric.key) for metric in held]


def test_levels_and_experience_of_skills_equal_the_marts() -> None:
    marts, workbook = night(30)
    levels, experience = rows_of(workbook, "Levels"), rows_of(workbook, "Experience")
    for reached, points, member in zip(levels, experience, marts.members, strict=True):
        held = [member.values.get(key) for key in SKILLS]
        assert list(points.values())[8:] == held
        assert list(reached.values())[8:] == [None if value is None else level(value) for value in held]


@pytest.mark.parametrize("table", ["KillCounts", "Levels", "Experience"])
def test_members_stand_in_the_clan_s_own_order_and_open_their_pages(table: str) -> None:
    marts, workbook = night(30)
    assert [(row["#"], row["Name"]) for row in rows_of(workbook, table)] == [
        (number, member.name) for number, member in enumerate(marts.members, start=1)
    ]
    sheet, (left, top, _right, bottom) = table_of(workbook, table)
    links = [cell.hyperlink for (cell,) in sheet.iter_rows(top + 1, bottom, left, left)]
    assert [link and link.target for link in links] == [profile(member.username) for member in marts.members]


@pytest.mark.parametrize("table", ["BossLeaders", "SkillLeaders"])
def test_leaders_open_their_pages(table: str) -> None:
    marts, workbook = night(30)
    usernames = {member.name: member.username for member in marts.members}
    sheet, (left, top, _right, bottom) = table_of(workbook, table)
    cells = [row[place] for row in sheet.iter_rows(top + 1, bottom, left) for place in (4, 6) if row[place].value]
    assert cells
    for cell in cells:
        assert cell.hyperlink
        assert cell.hyperlink.target == profile(usernames[str(cell.value)])


def test_the_roster_log_equals_the_marts() -> None:
    marts, workbook = night()
    rows = rows_of(workbook, "RosterLog")
    assert [(row["When"], row["Name"], row["What happened"]) for row in rows] == [
        (local(line.at), line.player, line.text) for line in marts.roster
    ]
    assert rows[5] == {**rows[5], "Change": "Renamed", "Before": "Ancient One", "After": marts.roster[5].after}
    assert rows[2] == {**rows[2], "Change": "Promoted", "Before": "Sergeant", "After": "Captain"}


def test_the_weeks_equal_the_bridges_and_add_up() -> None:
    marts, workbook = night()
    rows = rows_of(workbook, "Weeks")
    assert [row["Week until 00:00 UTC"].date() for row in rows] == [week.window.until.date() for week in marts.weeks]
    for row, week in zip(rows, marts.weeks, strict=True):
        terms = ("Same members gained", "Joiners brought", "Leavers took", "Newly visible", "Moved unseen")
        assert sum(row[term] for term in terms) == row["Change of total"] == week.change
        assert (row["Total before"], row["Total after"]) == (week.total_start, week.total_end)


def test_the_bridge_of_the_summary_adds_up() -> None:
    marts, workbook = night()
    sheet = workbook["Summary"]
    rows = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[6], str) and type(row[10]) is int]
    *terms, total = [int(str(row[10])) for row in rows]
    assert len(terms) == 6
    assert sum(terms) == total == marts.bridge.total_end


def test_tiles_show_value_and_change() -> None:
    marts, workbook = night()
    sheet = workbook["Summary"]
    columns = [1 + 2 * place for place in range(len(marts.tiles))]
    shown_tiles = [tuple(sheet.cell(row, column).value for row in (6, 7, 8)) for column in columns]
    assert shown_tiles == [
        (tile.label, tile.value, "no week before" if tile.before is None else (tile.value or 0) - tile.before)
        for tile in marts.tiles
    ]


def test_the_week_s_best_stand_in_order() -> None:
    marts = a_marts(60)
    said = texts(only(marts, "Summary"))
    best = [Answers(marts).names[place.player_id] for place in marts.boards["7d"][OVERALL][:5]]
    at = said.index("Most experience this week")
    assert [name for name in said[at:] if name in best][:5] == best


def test_since_last_night_is_told_and_cut_with_a_number() -> None:
    marts = a_marts()
    lines = marts.since_last_night.lines * 5
    said = texts(only(replace(marts, since_last_night=replace(marts.since_last_night, lines=lines)), "Summary"))
    assert any(text.startswith("and 5 more;") for text in said)
    assert marts.since_last_night.lines[1].text in said


def test_the_first_night_says_that_there_is_nothing_to_compare() -> None:
    marts = a_marts()
    first = replace(marts.since_last_night, since=None, lines=())
    told = only(replace(marts, since_last_night=first, runs=()), "Summary")
    assert any("first night" in text for text in texts(told))


def test_charts_show_experience_and_who_came_and_left_in_the_twelve_weeks() -> None:
    sheet = night()[1]["Summary"]
    charts = sheet._charts  # type: ignore[attr-defined]    # what openpyxl read; it has no public name for it
    _, (_left, top, _right, bottom) = table_of(night()[1], "Weeks")
    drawn = [series.val.numRef.f for chart in charts for series in chart.series]
    assert drawn == [f"Summary!${column}${top + 1}:${column}${bottom}" for column in "BEG"]


# Names --------------------------------------------------------------------------------------------------------------


def test_a_formula_stands_only_where_gains_are_picked_and_names_nobody() -> None:
    marts, workbook = night(20, hostile_names=True)
    cells = [(sheet.title, cell) for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row]
    formulas = [(title, str(cell.value)) for title, cell in cells if cell.data_type == "f"]
    assert {title for title, _ in formulas} == {"Gains", *HIDDEN}
    quoted = {text for _, formula in formulas for text in re.findall(r'"([^"]*)"', formula)}
    assert quoted == {""}
    assert not [formula for _, formula in formulas if any(member.name in formula for member in marts.members)]


def test_names_lead_to_players_and_nowhere_else() -> None:
    assert not strange_links(night(20, hostile_names=True)[1])


def test_a_name_leads_to_its_own_page() -> None:
    marts, workbook = night(20)
    targets = {f"https://wiseoldman.net/players/{quote(m.username, safe='')}": m.name for m in marts.members}
    found = {target: text for text, target in links(workbook) if "players" in target}
    assert found
    assert found.items() <= targets.items()


def test_every_sheet_has_a_way_back() -> None:
    workbook = night()[1]
    ways = {sheet.title: [cell.value for cell in sheet[2] if cell.value] for sheet in shown(workbook)}
    assert ways == {
        name: [way for way in ("‹ Read me", "‹ Summary") if not way.endswith(name)] for name in shown_names(workbook)
    }


def test_the_file_holds_formula_elements_of_ours_only() -> None:
    content = workbook_bytes(a_marts(20, hostile_names=True))
    found = {name: re.findall(r"<c [^>]*><f>([^<]*)", xml_of(content, name)) for name in (*GAME_SHEETS, *HIDDEN)}
    assert {name for name, formulas in found.items() if formulas} == {"Gains", *HIDDEN}
    begin = re.compile(r"(IF|MATCH|INDEX|SUM|COUNT)\(|\(?gain_|20-gain_looked$")
    assert not [formula for formulas in found.values() for formula in formulas if not begin.match(formula)]


def test_hostile_names_survive() -> None:
    marts, workbook = night(20, hostile_names=True)
    assert [row["Name"] for row in rows_of(workbook, "Members")] == [plain(member.name) for member in marts.members]


@pytest.mark.parametrize("name", [name for name in HOSTILE_NAMES if "\x07" not in name])
def test_a_name_without_control_characters_is_not_changed(name: str) -> None:
    assert plain(name) == name


UNFIT = {
    "a\x00b\x1f\n\t\x7f": "a␀b␟␊␉␡",
    "half \ud83d emoji \uffff": "half � emoji �",
    "<r><t>raw</t></r>": "<r><t>raw</t></r>\u200b",
    "x" * 32_768: "x" * 32_766 + "…",
    "🐉" * 16_384: "🐉" * 16_383 + "…",
    "x" * LONGEST: "x" * LONGEST,
}
"""Names that a cell cannot hold, or just so, and what is shown instead."""


@cache
def shown_for_unfit() -> dict[str, str]:
    """The same of a clan in which people are called so, as its workbook has it."""
    marts = a_marts(len(UNFIT))
    members = tuple(replace(member, name=name) for member, name in zip(marts.members, UNFIT, strict=True))
    rows = rows_of(written(enrolled(replace(marts, members=members))), "Members")
    return {name: row["Name"] for name, row in zip(UNFIT, rows, strict=True)}


@pytest.mark.parametrize("name", UNFIT)
def test_what_a_cell_cannot_hold_is_shown_instead(name: str) -> None:
    assert shown_for_unfit()[name] == UNFIT[name]


def test_the_clan_s_name_cannot_write_the_page_header() -> None:
    marts = a_marts(1)
    header = only(replace(marts, clan=replace(marts.clan, name="7 &D & Sons")), "Members")["Members"].oddHeader
    assert header
    assert str(header.left.text).strip() == "7 &&D && Sons"


def test_metrics_of_the_same_name_get_headers_of_their_own() -> None:
    marts = a_marts(3)
    twins = tuple(
        replace(metric, name="name") if metric.key in ("zulrah", "nex") else metric for metric in marts.metrics
    )
    headers = list(rows_of(only(replace(marts, metrics=twins), "Bosses"), "KillCounts")[0])
    assert {"Name", "name (2)", "name (3)"} <= set(headers)


# Looks --------------------------------------------------------------------------------------------------------------


def test_conditional_formats_cover_their_columns() -> None:
    marts, workbook = night(20)
    missing = []
    for describe in DESCRIPTIONS:
        for table in describe(Answers(marts)).tables:
            sheet, _corners = table_of(workbook, table.name)
            covered = [str(area.sqref) for area in sheet.conditional_formatting for _rule in area.rules]
            for place, column in enumerate(table.columns):
                wanted = column_range(workbook, table.name, place)
                if covered.count(wanted) != len(column.rules):
                    missing.append((table.name, column.key))
    assert not missing


def test_bars_are_solid_and_start_at_zero() -> None:
    members = xml_of(content_of(a_marts(20), "Members"), "Members")
    bars = re.findall(r"<x14:dataBar [^>]*>.*?</x14:dataBar>", members)
    assert len(bars) == 3 + 3 + 3 + 4 + 3  # of the week; XP, EHP, kills and EHB over longer
    assert all('gradient="0"' in bar and "<xm:f>0</xm:f>" in bar for bar in bars)


def test_criteria_follow_their_row_when_it_is_sorted() -> None:
    workbook = night(20)[1]
    criteria = [
        (area, rule.formula[0])
        for sheet in workbook.worksheets
        for area in sheet.conditional_formatting
        for rule in area.rules
        if rule.type == "expression"
    ]
    assert criteria
    for area, criterion in criteria:
        first_row = str(area.sqref).split(":", maxsplit=1)[0].strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        assert set(re.findall(r"\$[A-Z]+(\$?\d+)", criterion)) == {first_row}


def test_tables_have_filters_and_banding() -> None:
    tables = [table for sheet in night()[1].worksheets for table in sheet.tables.values()]
    assert {table.name for table in tables} == {
        "Sources", "Totals", "Contests", "Standings", "Runs", "Weeks", "Members", "BossLeaders", "KillCounts", "SkillLeaders", "Levels", "Experience", "RosterLog",
    }  # fmt: skip
    assert all(table.autoFilter and table.tableStyleInfo.showRowStripes for table in tables)


def test_panes_are_frozen_and_tables_print_landscape_on_one_width() -> None:
    for sheet in shown(night()[1]):
        assert sheet.freeze_panes
        assert sheet.sheet_properties.pageSetUpPr
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)  # absent means one page
        assert sheet.print_area
        assert sheet.page_setup.orientation == ("portrait" if sheet.title in ("Read me", "Summary") else "landscape")
        assert sheet.title == "Summary" or sheet.print_title_rows


@pytest.mark.parametrize(
    ("header", "number_format"),
    [("XP 7d", "#,##0"), ("EHP 7d", "#,##0.00"), ("EHB 7d", "#,##0.00"), ("Joined", "d mmm yyyy")],
)
def test_numbers_and_dates_have_their_format(header: str, number_format: str) -> None:
    workbook = night()[1]
    sheet, (left, top, right, _bottom) = table_of(workbook, "Members")
    place = next(column for column in range(left, right + 1) if sheet.cell(top, column).value == header)
    assert sheet.cell(top + 1, place).number_format == number_format


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (formats.INK, formats.GOLD_SOFT), (formats.INK, formats.GREEN_SOFT), (formats.INK, formats.FALL_SOFT),
        (formats.MUTED, formats.PARCHMENT), (formats.WHITE, formats.GREEN), (formats.GREEN, formats.WHITE),
        (formats.FALL, formats.FALL_SOFT), (formats.RISE, formats.RISE_SOFT),
    ],
)  # fmt: skip
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    light, dark = sorted((luminance(text), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_theme_carries_the_palette() -> None:
    with zipfile.ZipFile(BytesIO(workbook_bytes(a_marts(1)))) as archive:
        assert formats.GREEN.removeprefix("#") in archive.read("xl/theme/theme1.xml").decode()


# Files --------------------------------------------------------------------------------------------------------------


def test_the_same_marts_give_the_same_bytes() -> None:
    made_anew = advised_marts.__wrapped__(24, talk=True)
    assert workbook_bytes(advised_marts(24, talk=True)) == workbook_bytes(made_anew)


def test_the_document_is_dated_by_its_night() -> None:
    properties = night()[1].properties
    assert properties.created == NOW.replace(tzinfo=None)
    assert properties.title == "Oaken Shield – clan report"


def test_an_empty_clan_gives_plain_words(tmp_path: Path) -> None:
    workbook = read(write_workbook(a_marts(0), tmp_path / "book.xlsx"))
    assert tuple(shown_names(workbook)) == GAME_SHEETS
    assert {name for sheet in workbook.worksheets for name in sheet.tables} == {"Sources", "Totals", "Runs"}
    told = {
        sheet.title
        for sheet in workbook.worksheets
        for row in sheet.iter_rows(4, values_only=True)
        for cell in row
        if isinstance(cell, str) and "no members yet" in cell
    }
    assert told == NO_MEMBERS_YET


def test_a_clan_in_which_nobody_was_ever_seen_gives_plain_words() -> None:
    marts = a_marts(1)
    unseen = enrolled(replace(
        marts,
        members=(replace(marts.members[0], values={}, places={}, total_level=None, updated_at=None, top_boss=None),),
        metrics=(), bosses=(), skills=(), boards={"7d": {}}, standings={}, tiles=(), weeks=(),
        periods={key: replace(period, gains={}, looks={}) for key, period in marts.periods.items()},
    ))  # fmt: skip
    said = texts(written(unseen))
    words = {
        "Nobody in the clan is ranked in any boss yet.",
        "Nobody gained any.",
        "No week is over yet.",
        NOTHING_KNOWN,
    }
    assert words <= set(said)


def test_a_single_member_is_enough_for_every_table() -> None:
    assert len(rows_of(night(1)[1], "Members")) == 1


def test_more_rows_than_excel_holds_are_refused_in_words(tmp_path: Path) -> None:
    marts = a_marts(1)
    endless = replace(marts, roster=marts.roster[:1] * 1_048_576)
    with pytest.raises(PublishError, match=r"RosterLog .* 1,048,581 rows"):
        write_workbook(endless, tmp_path / "book.xlsx")
    assert not list(tmp_path.iterdir())


def test_a_workbook_open_in_excel_gets_a_dated_name_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "clan_report_summary_merged.xlsx"
    target.write_bytes(b"yesterday's")
    (tmp_path / "~$clan_report_summary_merged.xlsx").touch()
    assert write_workbook(a_marts(1), target) == tmp_path / "clan_report_summary_merged_2026-11-21.xlsx"
    assert target.read_bytes() == b"yesterday's"


def test_the_dated_name_bears_the_day_in_the_clan_s_zone(tmp_path: Path) -> None:
    target = tmp_path / "book.xlsx"
    (tmp_path / ".~lock.book.xlsx#").touch()
    late = a_marts(1, now=datetime(2026, 11, 20, 23, 30, tzinfo=NOW.tzinfo))
    assert write_workbook(late, target).stem == f"book_{date(2026, 11, 21)}"
