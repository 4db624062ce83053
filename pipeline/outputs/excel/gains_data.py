"""The hidden sheet Gains data: everybody's gains of everything in every period, and the picked ones in order."""

from pipeline.domain.names import role_name
from pipeline.outputs.excel.gains_grid import HEADERS, LOOKS, NAME, NUMBER, ORDER, PAGE, PICKED, PLACE, RANK, ROW, Grid
from pipeline.outputs.excel.gains_pick import Pick
from pipeline.outputs.excel.limits import CALLED_URL, refuse_too_much
from pipeline.outputs.excel.links import profile
from pipeline.outputs.excel.page import Page
from pipeline.outputs.excel.sheet import Formula


def draw_gains_data(page: Page, grid: Grid, pick: Pick) -> None:
    """All of it; the cells of those who gained nothing, or were not looked at twice, stay empty."""
    refuse_too_much("Gains data", len(grid.members) + 1, grid.columns)
    page.worksheet.hide()
    for column, header in enumerate(_headers(grid)):
        page.write(0, column, header, "text")
    for row, member in enumerate(grid.members, start=1):
        page.write(row, NUMBER, row, "count")
        page.write(row, NAME, member.name, "text")
        page.write(row, RANK, role_name(member.role), "text")
        page.write(row, PAGE, profile(member.username, CALLED_URL), "text")
    _draw_order(page, grid, pick)
    _draw_looks(page, grid)
    _draw_gains(page, grid)


def _headers(grid: Grid) -> list[str]:
    looks = [f"{period.key}|{which}" for period in grid.periods for which in ("first look", "last look")]
    return [*HEADERS, *looks, *(f"{period.key}|{metric.key}" for period in grid.periods for metric in grid.metrics)]


def _draw_order(page: Page, grid: Grid, pick: Pick) -> None:
    """The picked gains, best first: ties share a place and stand in the order of their rows, which is that of names."""
    mine = {row: (place, order) for order, (row, place) in enumerate(zip(pick.rows, pick.board, strict=True), start=1)}
    picked, order = grid.down(PICKED), grid.down(ORDER)
    for row in range(1, len(grid.members) + 1):
        value, place, number = (grid.cell(row, column) for column in (PICKED, PLACE, NUMBER))
        above = f"{picked.partition(':')[0]}:{value}"
        gain = f"INDEX({grid.across(row)},gain_column)"
        board, at = mine.get(row, (None, None))
        page.write(row, PICKED, Formula(f'=IF({gain}>0,{gain},"")', board and board.value), "count")
        page.write(row, PLACE, Formula(f'=IF({value}="","",RANK({value},{picked}))', board and board.place), "count")
        page.write(row, ORDER, Formula(f'=IF({value}="","",{place}+COUNTIF({above},{value})-1)', at), "count")
        stands = pick.rows[row - 1] if row <= len(pick.rows) else None
        page.write(row, ROW, Formula(f'=IF({number}>gain_count,"",MATCH({number},{order},0))', stands), "count")


def _draw_looks(page: Page, grid: Grid) -> None:
    """First and last look, where they are two: then a gain is known, be it nothing."""
    for place, period in enumerate(grid.periods):
        for row, member in enumerate(grid.members, start=1):
            if member.player_id in period.gains:
                look = period.looks[member.player_id]
                page.write(row, LOOKS + 2 * place, look.start_at, "moment")
                page.write(row, LOOKS + 2 * place + 1, look.end_at, "moment")


def _draw_gains(page: Page, grid: Grid) -> None:
    for place, period in enumerate(grid.periods):
        first = grid.first_gain + place * len(grid.metrics)
        columns = {metric.key: column for column, metric in enumerate(grid.metrics, start=first)}
        for row, member in enumerate(grid.members, start=1):
            for metric, gain in period.gains.get(member.player_id, {}).items():
                page.worksheet.write_number(row, columns[metric], gain.gained)  # Page's looks would cost a third more
