"""All emblems on one sheet, by night and by day, large and as small as tables show them: drawn as the dashboard draws them."""

from itertools import groupby
from typing import Final

from markupsafe import Markup

from pipeline.domain.metrics import METRICS
from pipeline.outputs.dashboard.assets import style_sheet
from pipeline.outputs.dashboard.emblems import emblem
from pipeline.outputs.dashboard.heraldry import SHAPES
from pipeline.outputs.dashboard.house import House
from pipeline.outputs.dashboard.page import environment

SIZES: Final = (96, 32)
GROUNDS: Final = ("light", "dark")


def emblem_sheet(house: House) -> str:
    """The sheet as a page of HTML, with the name of every metric under its emblem."""
    drawings = house.assets / "emblems"
    shown = [(metric, emblem(metric, drawings)) for metric in METRICS]
    text = (
        environment(house)
        .get_template("emblem_sheet.html")
        .render(
            styles=Markup(style_sheet(house)),  # noqa: S704 - our own style sheet
            shapes=SHAPES,
            emblems=[drawn for _, drawn in shown],
            kinds=[(kind, list(held)) for kind, held in groupby(shown, key=lambda pair: pair[0].kind)],
            sizes=SIZES,
            grounds=GROUNDS,
        )
    )
    return str(text)
