"""Whether those who talk are those who play."""

from typing import Final, get_args

from pipeline.marts.talk_model import ChatAndPlay, ChatDot, Quadrant
from pipeline.outputs.exports.resource import PERSON, Field, Resource
from pipeline.outputs.exports.talk import is_told, of_talk

CHAT_AND_PLAY: Final = Resource[ChatDot](
    "chat_and_play",
    "Who talks and who plays",
    "People of the clan of whom both halves are known, over 30 days.",
    of_talk(lambda talk: talk.chat_and_play.dots),
    (
        Field[ChatDot]("person_id", "integer", "Who.", lambda d: d.person_id),
        Field[ChatDot]("name", "string", "Name of their main account.", lambda d: d.name),
        Field[ChatDot]("messages", "integer", "Written in Discord and clan chat.", lambda d: d.messages, "messages"),
        Field[ChatDot]("experience", "integer", "Gained in the game.", lambda d: d.experience, "experience"),
        Field[ChatDot](
            "quadrant", "string", "Which of the two they do.", lambda d: d.quadrant, among=get_args(Quadrant)
        ),
    ),
    ("person_id",),
    (PERSON,),
    is_told,
)

CHAT_AND_PLAY_LINK: Final = Resource[ChatAndPlay](
    "chat_and_play_link",
    "Whether those who talk are those who play",
    "One row over chat_and_play.csv.",
    of_talk(lambda talk: (talk.chat_and_play,)),
    (
        Field[ChatAndPlay]("sentence", "string", "The answer in a sentence.", lambda c: c.sentence),
        Field[ChatAndPlay]("rho", "number", "Spearman's rank correlation; empty on few data.", lambda c: c.rho, "correlation (-1 to 1)"),
        Field[ChatAndPlay]("low", "number", "Lower end of its 95 % interval.", lambda c: c.low, "correlation (-1 to 1)"),
        Field[ChatAndPlay]("high", "number", "Upper end of its 95 % interval.", lambda c: c.high, "correlation (-1 to 1)"),
        Field[ChatAndPlay]("unmatched", "integer", "People of whom not both halves are known.", lambda c: c.unmatched, "people"),
    ),
    ("sentence",),
    known=is_told,
)  # fmt: skip

TABLES: Final = (CHAT_AND_PLAY, CHAT_AND_PLAY_LINK)
