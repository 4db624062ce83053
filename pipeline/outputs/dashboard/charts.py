"""Options for ECharts as plain JSON, with names of colour tokens (`--gold`) where colours go: the page fills them in.

Only what is hovered or zoomed is drawn by ECharts. Tooltips are `richText`, since HTML ones need inline styles, which the
page's Content-Security-Policy refuses.
"""

from collections.abc import Sequence
from typing import Any, Final

from pipeline.marts.talk_model import TalkWeek
from pipeline.outputs.dashboard.filters import Words

_FONT: Final = {"color": "--muted", "fontFamily": "--font-text", "fontSize": 12}
_TOOLTIP: Final = {
    "trigger": "axis",
    "unit": " XP",
    "renderMode": "richText",
    "confine": True,
    "backgroundColor": "--surface-high",
    "borderColor": "--line-strong",
    "textStyle": {"color": "--text", "fontFamily": "--font-text", "fontSize": 13},
}
_VALUE_AXIS: Final = {
    "type": "value",
    "axisLabel": {**_FONT, "format": "compact"},
    "splitLine": {"lineStyle": {"color": "--line"}},
    "splitNumber": 4,
}


def talk_trend(weeks: Sequence[TalkWeek], words: Words) -> dict[str, Any]:
    """Messages of each week above, the people who wrote them below: two scales, so two pictures on one axis of time."""
    days = [words.span(week.window) for week in weeks]
    return {
        "grid": [
            {"left": 48, "right": 8, "top": 28, "height": 122},
            {"left": 48, "right": 8, "bottom": 28, "height": 66},
        ],
        "tooltip": {**_TOOLTIP, "unit": ""},
        "axisPointer": {"link": [{"xAxisIndex": "all"}]},
        "xAxis": [_weeks_axis(0, days, named=False), _weeks_axis(1, days, named=True)],
        "yAxis": [_count_axis(0, "Messages", 4), _count_axis(1, "People", 2)],
        "series": [
            _columns("Messages", 0, "--gold-solid", [week.messages for week in weeks]),
            _columns("People", 1, "--series", [week.people for week in weeks]),
        ],
    }


def _weeks_axis(grid: int, days: Sequence[str], *, named: bool) -> dict[str, Any]:
    return {
        "type": "category",
        "gridIndex": grid,
        "data": days,
        "axisLabel": {**_FONT, "format": "until", "show": named, "hideOverlap": True},
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": "--line-strong"}},
    }


def _count_axis(grid: int, name: str, lines: int) -> dict[str, Any]:
    return {
        **_VALUE_AXIS,
        "gridIndex": grid,
        "name": name,
        "nameTextStyle": {**_FONT, "align": "left", "padding": [0, 0, 0, -40]},
        "splitNumber": lines,
        "minInterval": 1,
    }


def _columns(name: str, grid: int, colour: str, values: Sequence[int]) -> dict[str, Any]:
    return {
        "name": name,
        "type": "bar",
        "xAxisIndex": grid,
        "yAxisIndex": grid,
        "barMaxWidth": 30,
        "itemStyle": {"color": colour, "borderRadius": [3, 3, 0, 0]},
        "data": values,
    }


def weekly() -> dict[str, Any]:
    """What the clan gained of a metric week by week; the page adds days and values, and the unit they are told in."""
    return {
        "grid": {"left": 8, "right": 36, "top": 16, "bottom": 8, "containLabel": True},
        "tooltip": {**_TOOLTIP, "unit": ""},
        "xAxis": _weeks_axis(0, (), named=True),
        "yAxis": _VALUE_AXIS,
        "series": [
            {
                "name": "The clan",
                "type": "bar",
                "barMaxWidth": 30,
                "itemStyle": {"color": "--series", "borderRadius": [3, 3, 0, 0]},
            }
        ],
    }


def growth() -> dict[str, Any]:
    """A member's experience over time; the page adds the points."""
    return {
        "grid": {"left": 8, "right": 16, "top": 16, "bottom": 44, "containLabel": True},
        "tooltip": _TOOLTIP,
        "xAxis": {
            "type": "time",
            "axisLabel": {**_FONT, "hideOverlap": True},
            "axisLine": {"lineStyle": {"color": "--line-strong"}},
        },
        "yAxis": {**_VALUE_AXIS, "scale": True},
        "useUTC": True,
        "dataZoom": [
            {"type": "inside", "zoomOnMouseWheel": False},
            {
                "type": "slider",
                "height": 20,
                "bottom": 6,
                "borderColor": "--line",
                "fillerColor": "--series-soft",
                "dataBackground": {"lineStyle": {"color": "--line-strong"}, "areaStyle": {"color": "--line"}},
                "selectedDataBackground": {"lineStyle": {"color": "--series"}, "areaStyle": {"color": "--series-soft"}},
                "handleStyle": {"color": "--surface", "borderColor": "--series"},
                "moveHandleSize": 0,
                "showDetail": False,
                "brushSelect": False,
            },
        ],
        "series": [
            {
                "name": "Total XP",
                "type": "line",
                "step": "end",
                "showSymbol": False,
                "lineStyle": {"color": "--series", "width": 2},
                "itemStyle": {"color": "--series"},
                "areaStyle": {"color": "--series-soft"},
            }
        ],
    }
