"""Templates and scripts keep the rules that the page's policy and good manners ask for."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from builders import HOSTILE_NAMES, a_marts

from pipeline.outputs.dashboard.assets import EARLY, MODULES, STYLES
from pipeline.outputs.dashboard.house import house
from pipeline.outputs.dashboard.site import PAGE, write_site

HOUSE = house()
SCRIPTS = sorted((HOUSE.assets / "js").glob("*.js"))
TEMPLATES = sorted(HOUSE.templates.rglob("*.html"))


class Elements(HTMLParser):
    """All elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Elements:
    folder = tmp_path_factory.mktemp("hostile")
    write_site(a_marts(members=30, hostile_names=True), folder / "site", folder / "single.html", [])
    return Elements((folder / "site" / PAGE).read_text("utf-8"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_inline_style_nor_handler_and_escapes_everything(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son\w+\s*=", text)
    assert "| safe" not in text
    assert "autoescape" not in text


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_builds_elements_and_never_markup(script: Path) -> None:
    text = script.read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
    assert not re.search(r"\bfetch\(|XMLHttpRequest|\bimport\(|https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_writes_no_style_and_no_handler_as_text(script: Path) -> None:
    text = script.read_text("utf-8")
    assert not re.search(r"cssText|\bstyle['\"]?\s*[:=]|Attribute\(['\"](style|on)", text)
    assert not re.search(
        r"\bon(click|change|input|submit|load|error|toggle|focus|blur|key\w+|mouse\w+|pointer\w+)['\"]?\s*:", text
    )


def test_every_script_and_style_is_joined_and_nothing_lies_about() -> None:
    assert {path.stem for path in SCRIPTS} == {*MODULES, *EARLY}
    assert {path.stem for path in (HOUSE.assets / "css").glob("*.css")} == set(STYLES)


def test_colours_stand_in_the_tokens_alone() -> None:
    for style in (HOUSE.assets / "css").glob("*.css"):
        loose = re.findall(r"#[0-9a-fA-F]{3,8}\b", style.read_text("utf-8"))
        assert style.stem == "tokens" or not loose


def test_hostile_names_make_no_element_of_their_own(hostile: Elements) -> None:
    tags = [tag for tag, _attributes in hostile.seen]
    assert "img" not in tags
    assert "b" not in tags
    assert tags.count("script") == 3


def test_a_name_is_shown_letter_by_letter_in_an_element_that_isolates_its_direction(hostile: Elements) -> None:
    shown = "\0".join(hostile.text).replace("\r\n", "\n")
    for name in HOSTILE_NAMES:
        if "\0" not in name and "\x00" not in name:
            assert name.replace("\r\n", "\n") in shown
    assert any(tag == "bdi" for tag, _attributes in hostile.seen)


def test_no_element_of_a_rendered_page_has_an_inline_style_or_handler(hostile: Elements) -> None:
    names = {name for _tag, attributes in hostile.seen for name in attributes}
    assert "style" not in names
    assert not any(name.startswith("on") for name in names)


def test_ids_are_given_once(hostile: Elements) -> None:
    ids = [attributes["id"] for _tag, attributes in hostile.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
