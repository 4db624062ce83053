"""Templates that were compiled before are not compiled again, and nothing that befalls what is kept of them shows."""

import sys
from pathlib import Path

import pytest
from jinja2 import Environment

from pipeline.outputs.dashboard.bytecode import TemplateCache
from pipeline.outputs.dashboard.house import House
from pipeline.outputs.dashboard.page import environment

SAID = "<p>&lt;b&gt;</p>\n"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """One with a single template."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "word.html").write_text("<p>{{ word }}</p>\n", "utf-8")
    return House(folder, tmp_path, tmp_path)


def said(house: House) -> str:
    return environment(house).get_template("word.html").render(word="<b>")


def kept(house: House) -> list[Path]:
    return sorted((house.templates / "__pycache__").glob("*"))


def test_what_was_compiled_is_not_compiled_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(house) == SAID
    assert len(kept(house)) == 1
    monkeypatch.delattr(Environment, "compile")
    assert said(house) == SAID


def test_a_template_that_changed_is(house: House) -> None:
    said(house)
    (house.templates / "word.html").write_text("{{ word }}!", "utf-8")
    assert said(house) == "&lt;b&gt;!"
    assert len(kept(house)) == 1


@pytest.mark.parametrize("length", [0, 1, 12, 30, 60, 200, -1])
def test_what_is_torn_is_compiled(house: House, length: int) -> None:
    said(house)
    (file,) = kept(house)
    whole = file.read_bytes()
    file.write_bytes(whole[:length])
    assert said(house) == SAID
    assert file.read_bytes() == whole
    file.write_bytes(whole[:12] + b"\xff" * 80)
    assert said(house) == SAID


def test_where_nothing_can_be_kept_nothing_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (house.templates / "__pycache__").write_text("a file", "utf-8")
    assert said(house) == SAID
    (house.templates / "__pycache__").unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert said(house) == SAID
    assert kept(house) == []


def test_what_was_compiled_otherwise_is_not_taken(house: House) -> None:
    """Jinja only asks whether the source is the same."""
    bare = Environment(autoescape=False)
    assert TemplateCache(house.templates, environment(house)).pattern != TemplateCache(house.templates, bare).pattern
