"""A clan's own pictures: files of one folder, each named after the metric in whose emblem's place it stands, or `clan`.

Pages show them as images only, so that no script in an SVG ever runs. A file that cannot be shown costs nothing but itself.
"""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from pipeline.domain.metrics import Metric
from pipeline.outputs.dashboard.assets import Picture
from pipeline.outputs.dashboard.emblems import CLAN, emblem_id

FORMATS: Final = ("svg", "webp", "png")
"""What a picture may be; of two files for one metric, the earlier of these is shown."""

MOST_BYTES: Final = 256 * 1024
"""Each picture travels in the single page, which phones load whole."""

NAMED: Final = 12
"""Files of no metric that are named in one sentence."""


class _Unfit(Exception):
    """A file cannot be shown; its text says why, and what to do."""


def read_pictures(folder: Path, metrics: Iterable[Metric]) -> tuple[tuple[Picture, ...], list[str]]:
    """The pictures in *folder*, at most one for each of *metrics*, and sentences on the files that are left out."""
    emblems = {"clan": CLAN, **{metric.key: emblem_id(metric) for metric in metrics}}
    try:
        files = sorted((file for file in folder.iterdir() if file.suffix), key=_order)
    except OSError as error:
        return (), [f"{folder} cannot be read ({error.strerror}), so that emblems are shown; let ClanStats read it."]
    shown: dict[str, Picture] = {}
    left_out = []
    for file in files:
        key, extension = _key(file), _extension(file)
        if key in shown and extension in FORMATS:
            left_out.append(f"{file.name!r} is left out: {key}.{shown[key].extension} is shown; keep one of the two.")
        elif key in emblems and key not in shown:
            try:
                shown[key] = Picture(emblems[key], extension, _content(file))
            except _Unfit as why:
                left_out.append(f"{file.name!r} is left out: {why}.")
    strangers = [file.name for file in files if _extension(file) in FORMATS and _key(file) not in emblems]
    return tuple(shown.values()), [*left_out, *_of_strangers(strangers, emblems)]


def _key(file: Path) -> str:
    return file.stem.lower()


def _extension(file: Path) -> str:
    return file.suffix[1:].lower()


def _order(file: Path) -> tuple[str, int, str]:
    """By metric, the better format first."""
    extension = _extension(file)
    return _key(file), FORMATS.index(extension) if extension in FORMATS else len(FORMATS), file.name


def _content(file: Path) -> bytes:
    """What is in *file*, if pages can show it."""
    extension = _extension(file)
    if extension not in FORMATS:
        raise _Unfit("save it as .svg, .webp or .png")
    try:
        if file.is_symlink() or not file.is_file():  # a link may lead anywhere, and a pipe never ends
            raise _Unfit("it is no file, but a link or a folder; put the picture itself there")
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise _Unfit(f"it cannot be read ({error.strerror}); let ClanStats read it, or take it out") from error
    if len(content) > MOST_BYTES:
        raise _Unfit(f"it is larger than {MOST_BYTES // 1024} KB; make it smaller, 128 × 128 pixels are enough")
    if not _is_whole(content, extension):
        raise _Unfit(f"what is in it is no {extension.upper()} picture, or only a part of one; save it anew")
    return content


def _is_whole(content: bytes, extension: str) -> bool:
    """Whether *content* begins and ends as a picture of its kind does: a file may bear a wrong name, or be half copied."""
    if extension == "png":
        return content.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in content
    if extension == "webp":
        length = 8 + int.from_bytes(content[4:8], "little")
        return content.startswith(b"RIFF") and content[8:12] == b"WEBP" and len(content) >= length
    try:
        root = ET.fromstring(content)  # noqa: S314 - expat bounds what entities grow to, and nothing of it is kept
    except (ET.ParseError, LookupError, ValueError):  # in an encoding that nobody knows, too
        return False
    return root.tag == "{http://www.w3.org/2000/svg}svg"


def _of_strangers(names: list[str], keys: Collection[str]) -> list[str]:
    """One sentence for all pictures of no metric: a name may be wrong, or a boss may be yet to come."""
    if not names:
        return []
    told = ", ".join(_guessed(name, keys) for name in names[:NAMED])
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return [f"no metric is called as {told}{more}; name pictures as Wise Old Man does metrics, such as zulrah.png."]


def _guessed(name: str, keys: Collection[str]) -> str:
    near = get_close_matches(Path(name).stem.lower(), sorted(keys), n=1)
    return f"{name!r} (did you mean {near[0]!r}?)" if near else repr(name)
