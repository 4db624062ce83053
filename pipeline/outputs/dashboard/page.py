"""The HTML of the dashboard, as a page with files beside it and as a single file."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.marts.model import Marts
from pipeline.outputs.dashboard.assets import Shelf
from pipeline.outputs.dashboard.boards import BoardsPage
from pipeline.outputs.dashboard.bytecode import TemplateCache
from pipeline.outputs.dashboard.contests import ContestsPage
from pipeline.outputs.dashboard.emblems import clan_emblem, emblem
from pipeline.outputs.dashboard.encode import instant
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.dashboard.fresh import source_views
from pipeline.outputs.dashboard.heraldry import SHAPES
from pipeline.outputs.dashboard.house import House
from pipeline.outputs.dashboard.members import MembersPage
from pipeline.outputs.dashboard.overview import OverviewPage
from pipeline.outputs.dashboard.retention import RetentionPage
from pipeline.outputs.dashboard.talk_pages import talk_pages
from pipeline.outputs.dashboard.todo import todo_page
from pipeline.outputs.dashboard.waterfall import waterfall
from pipeline.outputs.trust import trust

_LOCKED: Final = "base-uri 'none'; form-action 'none'"
POLICY: Final = f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; {_LOCKED}"
"""Nothing but files beside the page; no network, no inline script or style."""


@dataclass(frozen=True, slots=True)
class Inlined:
    """Everything the single page carries within itself."""

    styles: str
    scripts: tuple[str, ...]
    late: Mapping[str, str]

    def policy(self) -> str:
        """The same policy, naming each inline script and style by its hash; late scripts run by theirs."""
        scripts = " ".join(_source(text) for text in (*self.scripts, *self.late.values()))
        return f"default-src 'none'; script-src {scripts}; style-src {_source(self.styles)}; img-src data:; {_LOCKED}"


class Pages:
    """Both pages of one night."""

    def __init__(self, marts: Marts, house: House) -> None:
        self._marts = marts
        self._words = Words(marts.clan.time_zone, marts.as_of)
        self._drawings = house.assets / "emblems"
        self._shield = clan_emblem(marts.clan.id, marts.clan.name)
        self._environment = environment(house)
        self._environment.filters.update(self._words.filters())

    def with_files(self, shelf: Shelf) -> str:
        """`clan_dashboard.html`, which loads its assets."""
        names = {asset.stem: f"assets/{asset.name}" for asset in shelf.all()}
        pictures = {picture.stem: names[picture.stem] for picture in shelf.pictures}
        return self._rendered(policy=POLICY, files=names, inlined=None, pictures=pictures)

    def single(self, shelf: Shelf) -> str:
        """`clan_dashboard_single.html`, which carries them."""
        inlined = Inlined(
            styles=_plain(shelf.style.text),
            scripts=(shelf.theme.text, _plain(shelf.face.text), shelf.script.text),
            late={asset.stem: _plain(asset.text) for asset in (shelf.detail, shelf.history, shelf.echarts)},
        )
        pictures = {picture.stem: picture.address for picture in shelf.pictures}
        return self._rendered(policy=inlined.policy(), files={}, inlined=_marked(inlined), pictures=pictures)

    @cached_property
    def _body(self) -> Markup:
        """What both pages show, written once."""
        marts, words = self._marts, self._words
        text = self._environment.get_template("body.html").render(
            marts=marts,
            words=words,
            overview=OverviewPage(marts, words),
            members=MembersPage(marts),
            boards=BoardsPage(marts),
            retention=RetentionPage(marts, words),
            log=ContestsPage(marts, words),
            clan_emblem=self._shield,
            bridge=waterfall(marts.bridge),
            sources=source_views(marts.freshness, words),
            trust=trust(marts.freshness),
            talk=talk_pages(marts, words),
            todo=todo_page(marts),
        )
        return Markup(text)  # noqa: S704 - what a template of ours escaped

    def _rendered(self, **frame: Any) -> str:
        text = self._environment.get_template("base.html").render(
            marts=self._marts,
            as_of=instant(self._marts.as_of),
            emblems=[emblem(metric, self._drawings) for metric in self._marts.metrics],
            clan_emblem=self._shield,
            shapes=SHAPES,
            body=self._body,
            **frame,
        )
        return str(text)


def environment(house: House) -> Environment:
    """Where templates are found, and how they are read."""
    made = Environment(
        loader=FileSystemLoader(house.templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.bytecode_cache = TemplateCache(house.templates, made)
    return made


def _plain(text: str) -> str:
    """*text* as the HTML parser will hand it to the script engine, so that its hash is the one the browser computes."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def _source(text: str) -> str:
    digest = sha256(text.encode("utf-8", "replace")).digest()
    return f"'sha256-{b64encode(digest).decode('ascii')}'"


def _marked(inlined: Inlined) -> dict[str, Any]:
    """Texts that go into the page unescaped: own code, and JSON that `script_text` made harmless."""
    return {
        "styles": Markup(inlined.styles),  # noqa: S704 - our own style sheet
        "scripts": [Markup(text) for text in inlined.scripts],  # noqa: S704 - see above
        "late": {name: Markup(text) for name, text in inlined.late.items()},  # noqa: S704 - see above
    }
