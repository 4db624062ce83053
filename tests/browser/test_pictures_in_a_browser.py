"""A clan's own pictures, as a browser paints them."""

from base64 import b64encode
from pathlib import Path

import pytest
from browsing import Reader, Site
from builders import a_marts
from picture_kit import BLUE_WEBP, a_png, an_svg
from playwright.sync_api import Browser, Locator, Page

from pipeline.outputs.dashboard.assets import Picture
from pipeline.outputs.dashboard.site import PAGE, write_site

pytestmark = pytest.mark.browser

RED, GREEN, BLUE, GOLD = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 200, 0)

SCRIPTED = '<script>console.log("run"); fetch("https://example.net/")</script><image href="https://example.net/a.png"/>'
"""What would be heard, if pages did more than to paint it."""

PLACES = {
    "overview": {"emblem-of-the-clan": GOLD},
    "bosses": {"emblem-zulrah": RED, "emblem-nex": BLUE},
    "skills": {"emblem-fishing": GREEN},
    "boss/zulrah": {"emblem-zulrah": RED, "emblem-of-the-clan": GOLD},
    "boss/nex": {"emblem-nex": BLUE},
    "skill/fishing": {"emblem-fishing": GREEN},
}
"""Emblems of each page, those that scripts make among them."""

_MIDDLE = """async address => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const pen = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height }).getContext('2d');
  pen.drawImage(image, 0, 0);
  return [...pen.getImageData(image.width / 2, image.height / 2, 1, 1).data.slice(0, 3)];
}"""


@pytest.fixture(scope="module")
def pictured(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("pictured")
    pictures = (
        Picture("emblem-of-the-clan", "png", a_png(GOLD)),
        Picture("emblem-zulrah", "png", a_png(RED)),
        Picture("emblem-nex", "webp", BLUE_WEBP),
        Picture("emblem-fishing", "svg", an_svg("#00ff00", SCRIPTED)),
    )
    write_site(a_marts(12), folder / "site", folder / "single.html", [], pictures=pictures)
    return Site(folder / "site" / PAGE, folder / "single.html")


@pytest.fixture(scope="module")
def blank(chromium: Browser) -> Page:
    """A page without a policy, in which screenshots are looked at."""
    return chromium.new_page()


def middle(blank: Page, shown: Locator) -> tuple[int, ...]:
    """The colour in the middle of *shown*, as it is painted."""
    return tuple(blank.evaluate(_MIDDLE, f"data:image/png;base64,{b64encode(shown.screenshot()).decode()}"))


@pytest.mark.parametrize("build", ["page", "single"])
def test_pictures_are_painted_wherever_emblems_would_be(
    blank: Page, reader: Reader, pictured: Site, build: str
) -> None:
    file: Path = getattr(pictured, build)
    reader.open(file)
    for place, emblems in PLACES.items():
        page = reader.go(place)
        for emblem, colour in emblems.items():
            shown = page.locator(f'svg:visible:has(> use[href="#{emblem}"])').first
            assert (place, emblem, middle(blank, shown)) == (place, emblem, colour)
