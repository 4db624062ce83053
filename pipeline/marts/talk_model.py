"""What the guild's talk amounts to, as frozen values; absent (`Marts.talk` is None) where no Discord is set up.

Only messages of people count, and those that were deleted do not. Periods are the keys of `Marts.periods`: 7d, 30d, 90d and 365d are
whole UTC days that end at the last UTC midnight, `all` is everything held up to now. Clan chat, which a bot or webhook repeats
from the game, is counted apart from Discord throughout.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pipeline.domain.talk import Access, ChannelKind
from pipeline.domain.window import Window

PerPeriod = Mapping[str, int]
"""A count by key of the period; a period without any is left out."""


def part_since(window: Window, since: datetime | None) -> Window:
    """What of *window* lies after *since*, if there is such an instant; it may be nothing."""
    return window if since is None else Window(min(max(window.since, since), window.until), window.until)


@dataclass(frozen=True, slots=True)
class Heat:
    """Messages by weekday (0 is Monday) and hour, `utc` and in the clan's zone (`clan`): 7 rows of 24.

    `window` is the period's; the map tells of as much of it as `TalkMarts.singly` says.
    """

    window: Window
    utc: tuple[tuple[int, ...], ...]
    clan: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class TalkChannel:
    """A channel with all of its threads. `people` counts those who wrote; `last_word_at` is the last message of a person.

    Wherever a last word is older than messages are kept singly, it is told to the day (at noon UTC).
    """

    channel_id: int
    name: str
    kind: ChannelKind
    access: Access
    url: str
    messages: PerPeriod
    people: PerPeriod
    last_word_at: datetime | None


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who is in the guild, or wrote there or in clan chat: a member of the clan, or not (`in_clan`).

    `name` is the main player's, else the nickname, the global name or the username; `player_ids` are present members' accounts, the
    main first. `questions` were asked, `answered` of them got an answer; `answers` were given, to `helped` different people;
    `welcomes` are newcomers whom they were the first to greet. `days` counts messages by day of the clan's zone over the last
    365 days, `channels` by channel id over the same time, both without clan chat.
    """

    person_id: int
    name: str
    in_clan: bool
    in_guild: bool
    nick: str | None
    player_ids: tuple[int, ...]
    messages: PerPeriod
    clan_chat: PerPeriod
    questions: PerPeriod
    answered: PerPeriod
    answers: PerPeriod
    helped: PerPeriod
    welcomes: PerPeriod
    last_word_at: datetime | None
    last_clan_chat_at: datetime | None
    days: tuple[tuple[date, int], ...]
    channels: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, without its text: where it stands, whose account asked it, and what it seems to be about (`metrics`)."""

    message_id: int
    channel_id: int
    channel: str
    thread: str | None
    person_id: int | None
    asker: str
    asked_at: datetime
    url: str
    metrics: tuple[str, ...]
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """How questions of a period fared. `within_day` were answered within 24 hours; `ripe` are at least that old or answered.

    `median` is the time to the first answer over the answered ones that are kept singly, in seconds to the millisecond, None
    without any.
    """

    asked: int
    answered: int
    within_day: int
    ripe: int
    median: float | None


@dataclass(frozen=True, slots=True)
class Helper:
    """A row of the helpers' board: by different people helped, then by answers. `median` as that of `Response`."""

    place: int
    person_id: int
    name: str
    helped: int
    answers: int
    median: float | None


@dataclass(frozen=True, slots=True)
class Welcome:
    """Somebody who came to the guild in the last 90 days, and who replied to them first, within a week; None: nobody yet."""

    person_id: int
    name: str
    joined_at: datetime
    welcomed_at: datetime | None
    welcomed_by: str | None


@dataclass(frozen=True, slots=True)
class TalkWeek:
    """A week of the trend; `within_day` of the `asked` questions were answered within 24 hours."""

    window: Window
    messages: int
    people: int
    clan_chat: int
    asked: int
    answered: int
    within_day: int


Quadrant = Literal["both", "talks", "plays", "neither"]


@dataclass(frozen=True, slots=True)
class WatchHour:
    """An hour of the clan's day over the last eight weeks: on how many days members wrote in it, and on how many of them an officer."""

    hour: int
    talked: int
    covered: int


@dataclass(frozen=True, slots=True)
class ChatDot:
    """A person of the clan with both halves known: `messages` in Discord and clan chat, `experience` gained, in 30 days."""

    person_id: int
    name: str
    messages: int
    experience: int
    quadrant: Quadrant


@dataclass(frozen=True, slots=True)
class ChatAndPlay:
    """Whether those who talk are those who play, over 30 days. `rho` (Spearman) and its 95 % interval are None on few data.

    `unmatched` members are in no quadrant: nobody knows which account is theirs, or nobody looked at them twice.
    """

    dots: tuple[ChatDot, ...]
    unmatched: int
    rho: float | None
    low: float | None
    high: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class TieLine:
    """A Discord account and the players (`player_ids`) who are the same person, the main first; `clan` says whether one is a member now."""

    account_id: int
    account: str
    players: tuple[str, ...]
    clan: bool
    method: str
    confidence: float
    player_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GuessLine:
    """A candidate: `why` in plain words."""

    player: str
    confidence: float
    why: str
    player_id: int


@dataclass(frozen=True, slots=True)
class UnsureLine:
    """An account that somebody should look at, and who it may be, best first."""

    account_id: int
    account: str
    guesses: tuple[GuessLine, ...]


@dataclass(frozen=True, slots=True)
class OnlyDiscord:
    """An account in the guild of nobody in the clan. `was_member`: it belongs to somebody who left."""

    account_id: int
    account: str
    joined_at: datetime | None
    roles: tuple[str, ...]
    was_member: str | None
    last_word_at: datetime | None


@dataclass(frozen=True, slots=True)
class OnlyClan:
    """A member of whom no account is known; `guess` is the best candidate among the unsure."""

    player_id: int
    player: str
    role: str
    joined_at: datetime
    guess: str | None


RoleGapKind = Literal["left", "stranger", "differs"]


@dataclass(frozen=True, slots=True)
class RoleGap:
    """A Discord role that the game does not bear out: of somebody who left the clan, of nobody known, or of another rank."""

    kind: RoleGapKind
    account_id: int
    account: str
    player: str | None
    discord_role: str
    expected: str
    rank: str | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Identities:
    """Who is who. `roles_known` is False where clan.toml has no `[roles]`: then nothing is said of roles.

    `members_listed` is False while Discord never listed who is in the guild: then nobody knows who is in only one of the two.
    """

    ties: tuple[TieLine, ...]
    unsure: tuple[UnsureLine, ...]
    only_discord: tuple[OnlyDiscord, ...]
    only_clan: tuple[OnlyClan, ...]
    role_gaps: tuple[RoleGap, ...]
    roles_known: bool
    members_listed: bool


@dataclass(frozen=True, slots=True)
class TalkMarts:
    """All answers about the guild. `helpers` and `response` are by period, `weeks` oldest first.

    `heat` and `clan_chat_heat` are by period. `unanswered` are questions of the last 30 days that wait for more than a day, but
    for those in channels that are gone. From `withheld_since` on, if not None, Discord withheld what was written: nobody knows
    what was asked since, nor what was said in clan chat. `watch` has 24 hours, none where no officer is known. Up to `heard_until` all that was written is known, None if it never was.
    Messages sent before `singly_since` are daily sums; None: every one is kept singly.
    """

    guild_id: int
    guild: str
    heat: Mapping[str, Heat]
    clan_chat_heat: Mapping[str, Heat]
    channels: tuple[TalkChannel, ...]
    speakers: tuple[Speaker, ...]
    totals: PerPeriod
    people: PerPeriod
    clan_chat: PerPeriod
    response: Mapping[str, Response]
    helpers: Mapping[str, tuple[Helper, ...]]
    unanswered: tuple[Question, ...]
    welcomes: tuple[Welcome, ...]
    weeks: tuple[TalkWeek, ...]
    chat_and_play: ChatAndPlay
    identities: Identities
    withheld_since: datetime | None
    heard_until: datetime | None
    watch: tuple[WatchHour, ...] = ()
    singly_since: datetime | None = None

    def singly(self, window: Window) -> Window:
        """What of *window* is told by single messages: hours of the day, waiting times, open questions."""
        return part_since(window, self.singly_since)

    def is_heard(self, window: Window) -> bool:
        """Whether Discord withheld nothing of what was written in *window*."""
        return self.withheld_since is None or window.until <= self.withheld_since
