"""The tiles of the Summary about Discord: what was written this week, how questions fared, what waits."""

from typing import Final

from pipeline.marts.model import Tile
from pipeline.marts.talk_model import Response, TalkMarts
from pipeline.outputs.excel.helping import within_a_day
from pipeline.outputs.excel.tiles import Face, face

_ANSWERED: Final = "Answered in 24 hours"
_OF_THE_RIPE: Final = "of the questions answered or at least a day old"


def talk_faces(talk: TalkMarts) -> list[Face]:
    """One tile for each answer; that of the clan chat only where a bot repeats it."""
    before = talk.weeks[-2] if len(talk.weeks) > 1 else None
    week = talk.response["7d"]

    def tile(label: str, value: int, earlier: int | None, hint: str) -> Tile:
        return Tile(label, label, value, earlier, "messages", hint)

    written = tile("Messages", talk.totals.get("7d", 0), before.messages if before else None, "written in Discord")
    people = tile("People", talk.people.get("7d", 0), before.people if before else None, "wrote in Discord")
    chat = tile(
        "Clan chat", talk.clan_chat.get("7d", 0), before.clan_chat if before else None, "lines said in the game"
    )
    asked = tile("Questions", week.asked, before.asked if before else None, "asked in Discord")
    tiles = (written, people, chat, asked) if talk.clan_chat else (written, people, asked)
    if talk.is_heard(talk.heat["7d"].window):
        return [*(face(tile) for tile in tiles), _answered(week), _waiting(talk)]
    unknown = [_unknown(tile.label, tile.hint) for tile in tiles[2:]]
    return [face(written), face(people), *unknown, _unknown(_ANSWERED, _OF_THE_RIPE), _waiting(talk)]


def _unknown(label: str, hint: str) -> Face:
    """A number that Discord keeps to itself."""
    return Face(label, ("not known", "tile_unknown"), (None, "tile_said"), hint)


def _answered(response: Response) -> Face:
    share = within_a_day(response)
    if share is None:
        return Face(_ANSWERED, ("no question", "tile_unknown"), (None, "tile_said"), _OF_THE_RIPE)
    counts = f"{response.within_day:,} of {response.ripe:,}"
    return Face(_ANSWERED, (share, "tile_share"), (counts, "tile_said"), _OF_THE_RIPE)


def _waiting(talk: TalkMarts) -> Face:
    label, hint = "Unanswered now", "asked in the last 30 days, waiting for over a day"
    count = len(talk.unanswered)
    if not count and talk.withheld_since is not None:
        return _unknown(label, hint)
    said = "see the sheet Helpers" if count else "nothing to do"
    return Face(label, (count, "tile_count"), (said, "tile_said"), hint)
