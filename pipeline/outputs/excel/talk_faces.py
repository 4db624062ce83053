"""The tiles of the Summary about Discord: what was written this week, how questions fared, what waits."""

from pipeline.marts.model import Tile
from pipeline.marts.talk_model import Response, TalkMarts
from pipeline.outputs.excel.helping import within_a_day
from pipeline.outputs.excel.tiles import Face, face


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
    return [*(face(tile) for tile in tiles), _answered(week), _waiting(len(talk.unanswered))]


def _answered(response: Response) -> Face:
    label, hint = "Answered in 24 hours", "of the questions answered or at least a day old"
    share = within_a_day(response)
    if share is None:
        return Face(label, ("no question", "tile_unknown"), (None, "tile_said"), hint)
    return Face(label, (share, "tile_share"), (f"{response.within_day:,} of {response.ripe:,}", "tile_said"), hint)


def _waiting(count: int) -> Face:
    said = "see the sheet Unanswered" if count else "nothing to do"
    return Face(
        "Unanswered now",
        (count, "tile_count"),
        (said, "tile_said"),
        "asked in the last 30 days, waiting for over a day",
    )
