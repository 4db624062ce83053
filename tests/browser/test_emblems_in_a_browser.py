"""Emblems are told apart: by what is drawn, and by what is seen of it at the size at which tables show them."""

from base64 import b64decode, b64encode
from collections import Counter
from itertools import combinations
from typing import Final

import numpy as np
import pytest
from playwright.sync_api import Browser

from pipeline.domain.metrics import METRICS
from pipeline.outputs.dashboard.emblem_sheet import emblem_sheet
from pipeline.outputs.dashboard.emblems import emblem
from pipeline.outputs.dashboard.house import house

pytestmark = pytest.mark.browser

DRAWINGS: Final = house().assets / "emblems"
SIZE: Final = 32
APART: Final = 0.04
"""Of full scale, on average over all points."""

GREY: Final = """async ([picture, size]) => {
  const boxes = [...document.querySelectorAll('.light .emblem-32')].map(each => each.getBoundingClientRect());
  const bytes = Uint8Array.from(atob(picture), letter => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
  canvas.drawImage(image, 0, 0);
  return boxes.map(({ x, y }) => {
    const { data } = canvas.getImageData(Math.round(x + scrollX), Math.round(y + scrollY), size, size);
    const grey = Array.from({ length: size * size }, (_, at) => 0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2]);
    return btoa(String.fromCharCode(...grey.map(Math.round)));
  });
}"""


def test_every_metric_we_know_has_a_drawing_of_its_own() -> None:
    drawn = [emblem(metric, DRAWINGS) for metric in METRICS]
    assert [each.id for each in drawn if each.drawing is None] == []
    alike = Counter((each.shape, each.charge, each.tincture) for each in drawn)
    assert [key for key, count in alike.items() if count > 1] == []
    assert {file.stem for file in DRAWINGS.glob("*.svg")} == {metric.key for metric in METRICS}


def test_any_two_emblems_differ_to_the_eye_in_grey_at_the_size_of_tables(chromium: Browser) -> None:
    with chromium.new_page(viewport={"width": 1440, "height": 900}) as page:
        page.set_content(emblem_sheet(house()))
        page.add_style_tag(content=".emblem-sheet li { align-items: start; }")
        picture = b64encode(page.screenshot(full_page=True)).decode()
        renders = page.evaluate(GREY, [picture, SIZE])
    seen = [np.frombuffer(b64decode(render), dtype=np.uint8).astype(float) / 255 for render in renders]
    assert len(seen) == len(METRICS)
    assert min(float(render.std()) for render in seen) > 0.1  # none is blank
    apart = {
        (one.key, other.key): float(np.abs(first - second).mean())
        for (one, first), (other, second) in combinations(zip(METRICS, seen, strict=True), 2)
    }
    assert {pair: round(far, 3) for pair, far in apart.items() if far < APART} == {}
