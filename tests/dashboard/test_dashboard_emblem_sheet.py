"""The sheet of emblems leaves none out, and draws each as the dashboard does."""

from pipeline.domain.metrics import METRICS
from pipeline.outputs.dashboard.emblem_sheet import GROUNDS, SIZES, emblem_sheet
from pipeline.outputs.dashboard.emblems import emblem_id
from pipeline.outputs.dashboard.house import house


def test_every_emblem_is_drawn_once_and_shown_in_every_size_on_every_ground() -> None:
    sheet = emblem_sheet(house())
    ids = [emblem_id(metric) for metric in METRICS]
    assert [sheet.count(f'<symbol id="{identity}"') for identity in ids] == [1] * len(METRICS)
    assert {sheet.count(f'<use href="#{identity}"') for identity in ids} == {len(SIZES) * len(GROUNDS)}


def test_every_metric_is_named() -> None:
    sheet = emblem_sheet(house()).replace("&#39;", "'")
    assert [metric.name for metric in METRICS if f"<span>{metric.name}</span>" not in sheet] == []
