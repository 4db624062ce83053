"""axe finds nothing serious on any page: by day on a desk, by night on a phone, of which each page has one in a run by default."""

from importlib.resources import files
from typing import Final

import pytest
from advice_builders import advised_marts
from browsing import Reader, Site
from night_kit import SEEDS
from playwright.sync_api import Page
from runs_kit import CONCERNS, told_runs

from pipeline.outputs.dashboard.screenshots import SETTLED, go, places
from pipeline.outputs.dashboard.site import PAGE, write_site

pytestmark = pytest.mark.browser

AXE: Final = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")

FOUND: Final = """async () => {
  const hidden = [...document.querySelectorAll('.page[hidden]')].map(page => [page, document.createComment('')]);
  for (const [page, place] of hidden) page.replaceWith(place);
  const { violations } = await axe.run(document, { preload: false, resultTypes: ['violations'] });
  for (const [page, place] of hidden) place.replaceWith(page);
  return violations.flatMap(({ id, impact, nodes }) => nodes.map(node => [impact, id, node.html]));
}"""
"""`preload` would fetch the style sheet, which the page's policy forbids; hidden pages are taken out meanwhile, for axe reads even
what it leaves out, and they have their turn."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A night with Discord and of much advice."""
    folder = tmp_path_factory.mktemp("accessible")
    write_site(advised_marts(12, talk=True), folder / "site", folder / "single.html", told_runs(20, concerns=CONCERNS))
    return Site(folder / "site" / PAGE, folder / "single.html")


def grave(page: Page) -> list[tuple[str, str]]:
    """Rules that are broken where *page* is now so that somebody cannot use it, and by what."""
    page.evaluate(SETTLED)
    return [(rule, html) for impact, rule, html in page.evaluate(FOUND) if impact in ("serious", "critical")]


TURNS: Final = [
    pytest.param(person, half, marks=pytest.mark.soak if (at + half + SEEDS[0]) % 2 else ())
    for at, person in enumerate(("reader", "on_a_phone"))
    for half in (0, 1)
]
"""Who sees which half of the pages by default, as the first seed has it: the desk one, the phone the other."""


@pytest.mark.parametrize(("person", "half"), TURNS)
def test_axe_finds_nothing_serious_on_any_page(
    request: pytest.FixtureRequest, site: Site, person: str, half: int
) -> None:
    somebody: Reader = request.getfixturevalue(person)
    page = somebody.open(site.page)
    page.evaluate(AXE)
    there = sorted(places(page).items())
    assert {"overview", "member", "board", "compare"} <= dict(there).keys()
    found = {}
    for name, place in there[half::2]:
        go(page, place)
        found[name] = grave(page)
    assert {name: broken for name, broken in found.items() if broken} == {}


def test_axe_would_find_it(reader: Reader, site: Site) -> None:
    page = reader.open(site.page)
    page.evaluate(AXE)
    page.evaluate("document.querySelector('#page-overview h1').style.color = 'silver'")
    page.evaluate("document.querySelector('#page-overview').append(document.createElement('button'))")
    assert {rule for rule, _ in grave(page)} == {"button-name", "color-contrast"}
