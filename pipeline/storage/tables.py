"""The tables, typed. Alembic alone changes a schema; a drift test holds these models to its head.

Keys are Wise Old Man's own ids where it has any. All instants are integer milliseconds UTC behind `UtcDateTime`.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Float, ForeignKey, Index, Integer, MetaData, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from pipeline.storage.types import JsonList, UtcDateTime


class Base(DeclarativeBase):
    """What all tables share: the types of columns, and names for constraints."""

    metadata = MetaData(
        naming_convention={
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        str: Text,
        int: Integer,
        float: Float,
        tuple[str, ...]: JsonList,
        tuple[int, ...]: JsonList,
    }


class Clan(Base):
    """The group; `role_orders` runs from the highest role to the lowest."""

    __tablename__ = "clan"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    clan_chat: Mapped[str | None]
    description: Mapped[str | None]
    homeworld: Mapped[int | None]
    verified: Mapped[bool]
    score: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]
    role_orders: Mapped[tuple[str, ...]]


class Player(Base):
    """One game account, member or not; names and status are the present ones."""

    __tablename__ = "player"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str]
    display_name: Mapped[str]
    type: Mapped[str]
    type_changed_at: Mapped[datetime | None]
    build: Mapped[str]
    status: Mapped[str]
    status_before: Mapped[str | None]
    status_changed_at: Mapped[datetime | None]
    country: Mapped[str | None]
    registered_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    last_changed_at: Mapped[datetime | None]


class Person(Base):
    """Somebody who plays: one or several players."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)


class PersonPlayer(Base):
    """Whose account a player is. `method` says how we know; `alone` means nothing ties it to another account yet."""

    __tablename__ = "person_player"

    player_id: Mapped[int] = mapped_column(ForeignKey("player.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    method: Mapped[str]
    confidence: Mapped[float]


class Membership(Base):
    """One stay of a player in the clan, as WOM's roster has it; `clan_joined_at` is the game's own date.

    `history_since` says back to when the member's looks were asked for, None while that is still owed.
    """

    __tablename__ = "membership"

    player_id: Mapped[int] = mapped_column(ForeignKey("player.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(primary_key=True)
    role: Mapped[str]
    clan_joined_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    history_since: Mapped[datetime | None]


class RosterEvent(Base):
    """Somebody joined, left or changed role, in WOM's words."""

    __tablename__ = "roster_event"

    player_id: Mapped[int] = mapped_column(ForeignKey("player.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(primary_key=True)
    role: Mapped[str | None]
    previous_role: Mapped[str | None]


class NameChange(Base):
    """A rename WOM approved."""

    __tablename__ = "name_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    player_id: Mapped[int] = mapped_column(ForeignKey("player.id"))
    old_name: Mapped[str]
    new_name: Mapped[str]
    status: Mapped[str]
    resolved_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Metric(Base):
    """A thing the hiscores count; one that the code does not know is a row like any other."""

    __tablename__ = "metric"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    unit: Mapped[str]


class Achievement(Base):
    """A threshold a player reached."""

    __tablename__ = "achievement"

    player_id: Mapped[int] = mapped_column(ForeignKey("player.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    metric_id: Mapped[int] = mapped_column(ForeignKey("metric.id"))
    measure: Mapped[str]
    threshold: Mapped[int]
    accuracy: Mapped[int | None]
    achieved_at: Mapped[datetime | None]


class Competition(Base):
    """A contest; `settled` once it was read after its end."""

    __tablename__ = "competition"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    type: Mapped[str]
    metrics: Mapped[tuple[str, ...]]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    participant_count: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime | None]
    settled: Mapped[bool]


class Participation(Base):
    """A player's score in a competition."""

    __tablename__ = "participation"

    competition_id: Mapped[int] = mapped_column(ForeignKey("competition.id"), primary_key=True)
    player_id: Mapped[int] = mapped_column(ForeignKey("player.id"), primary_key=True)
    team: Mapped[str | None]
    start: Mapped[int | None]
    end: Mapped[int | None]
    gained: Mapped[int]
    updated_at: Mapped[datetime | None]


class Snapshot(Base):
    """When a player was looked at; a `gained` look cannot tell 0 from unranked."""

    __tablename__ = "snapshot"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    player_id: Mapped[int] = mapped_column(ForeignKey("player.id"), primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(primary_key=True)
    source: Mapped[str]


class Reading(Base):
    """A value that differs from the one before it; None means unranked. The value at any instant is the last reading.

    No foreign keys: they cost a third of a load's speed, and only `load_looks` writes here, with ids that it just read.
    """

    __tablename__ = "reading"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    player_id: Mapped[int] = mapped_column(primary_key=True)
    metric_id: Mapped[int] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(primary_key=True)
    value: Mapped[int | None]
    rank: Mapped[int | None]


class Guild(Base):
    """The Discord server; the one chosen last is the clan's."""

    __tablename__ = "guild"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    chosen_at: Mapped[datetime]


class Channel(Base):
    """A channel or thread of the guild, read without a gap up to the message id `cursor`.

    Messages up to the id `summed_until` are daily sums; None: none of them is. Of a thread `owner_id` is who began it, and `opener_id`
    who wrote the message it began from, once that is part of a sum.
    """

    __tablename__ = "channel"

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id"))
    parent_id: Mapped[int | None]
    name: Mapped[str]
    kind: Mapped[str]
    position: Mapped[int]
    access: Mapped[str]
    archived_at: Mapped[datetime | None]
    cursor: Mapped[int | None]
    summed_until: Mapped[int | None]
    owner_id: Mapped[int | None]
    opener_id: Mapped[int | None]


class DiscordAccount(Base):
    """An account on Discord, and whose it is. Persons of whom only the account is known count downwards from -1."""

    __tablename__ = "discord_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str]
    global_name: Mapped[str | None]
    nick: Mapped[str | None]
    is_bot: Mapped[bool]
    in_guild: Mapped[bool]
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    roles: Mapped[tuple[str, ...]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    method: Mapped[str | None]
    confidence: Mapped[float | None]


class Message(Base):
    """Facts of a message, never its text; `is_question` and `length` are None where Discord withheld it.

    No foreign keys, for speed: authors who were never members, webhooks among them, need no account. Ids grow with time, so
    a window is a range of the primary key.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_reply_to_id", "reply_to_id", sqlite_where=text("reply_to_id IS NOT NULL")),
        Index("ix_message_thread_id", "thread_id", sqlite_where=text("thread_id IS NOT NULL")),
        Index("ix_message_blind", "channel_id", sqlite_where=text("is_question IS NULL")),
        Index(
            "ix_message_relayed_name",
            "relayed_name",
            sqlite_where=text("relayed_name IS NOT NULL AND relayed_player_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int]
    thread_id: Mapped[int | None]
    author_id: Mapped[int]
    sent_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    kind: Mapped[str]
    length: Mapped[int | None]
    is_question: Mapped[bool | None]
    reply_to_id: Mapped[int | None]
    attachments: Mapped[int]
    metrics: Mapped[tuple[str, ...]]
    relayed_name: Mapped[str | None]
    relayed_player_id: Mapped[int | None]
    deleted_at: Mapped[datetime | None]


class MessageDay(Base):
    """What an author wrote in a channel, its threads included, on a UTC day of which no single messages are kept.

    `kind` is `human` or `relay`; of the latter `relayed_player_id` is who is quoted. It is 0 for nobody, as a key cannot be null.
    """

    __tablename__ = "message_day"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    day: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(primary_key=True)
    relayed_player_id: Mapped[int] = mapped_column(primary_key=True)
    messages: Mapped[int]


class QuestionDay(Base):
    """How many of the `messages` of such a day were questions whose first answer was `helper_id`'s; 0: nobody's.

    `within_day` of them were answered within 24 hours.
    """

    __tablename__ = "question_day"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    day: Mapped[datetime] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(primary_key=True)
    helper_id: Mapped[int] = mapped_column(primary_key=True)
    questions: Mapped[int]
    within_day: Mapped[int]


class Welcome(Base):
    """Who first replied to an account that came to the guild at `joined_at`, where those messages are no longer kept."""

    __tablename__ = "welcome"

    account_id: Mapped[int] = mapped_column(primary_key=True)
    joined_at: Mapped[datetime]
    welcomed_at: Mapped[datetime]
    author_id: Mapped[int]


class Decision(Base):
    """An edit: what an officer decided or noted about an entry of To do. What holds is a fold over the edits of a `key`.

    `key` says what it is about, its first part (`kind`) what sort of entry that is; `mark` is made of what stood in the cells and what was
    written there, so that the same edit is the same row in whichever copy and however often it is read. `verdict` is a choice of the
    list, `withdrawn`, `noted` (a note alone) or `unclear`, of which `word` is what stood there. `until_on` is the last day by the clan's
    calendar; `note` is null where the note was left as it was; `what` to `proof` are what the workbook said that evening. `noted_at` is the
    `now` of the night that read it first. `fate` is what became of it, first seen at `fate_at`. Who is who has `player_id` and `account_id`.
    """

    __tablename__ = "decision"

    key: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    player_id: Mapped[int | None] = mapped_column(ForeignKey("player.id"))
    account_id: Mapped[int | None]
    verdict: Mapped[str]
    decided_at: Mapped[datetime]
    until_on: Mapped[str | None]
    word: Mapped[str]
    note: Mapped[str | None]
    what: Mapped[str]
    who: Mapped[str]
    reason: Mapped[str]
    proof: Mapped[str]
    origin: Mapped[str]
    noted_at: Mapped[datetime]
    fate: Mapped[str | None]
    fate_at: Mapped[datetime | None]


class Replay(Base):
    """What the clan's rules would have done on the first day of a past month, as JSON; `rules` is the digest of those rules.

    `is_over`: what came in the 60 days after it is known, so that it will not change any more.
    """

    __tablename__ = "replay"

    rules: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[datetime] = mapped_column(primary_key=True)
    is_over: Mapped[bool]
    body: Mapped[str]


class Insight(Base):
    """Something that was advised, kept over the nights: a card, a rank that is due, somebody who is away.

    `key` says what it is about, `kind` what sort of advice it is. `seen_at` is the last night that found it; it ends at `retired_at`,
    `fate` says how: `acted` (somebody did something about it), `lapsed` (no longer true), or `stale` (shown long enough). A `counted`
    one ends when it is no longer found. `body` is the card as JSON.
    """

    __tablename__ = "insight"

    key: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    fate: Mapped[str | None]
    counted: Mapped[bool]
    body: Mapped[str]


class Forecast(Base):
    """When a player was expected to reach a threshold, as of the Monday `made_at`, with a chance of 10, 50 and 90 %.

    None is later than a year. `reached_at` and `fate` (`early`, `inside`, `late`) stay empty until it is known.
    """

    __tablename__ = "forecast"

    player_id: Mapped[int] = mapped_column(ForeignKey("player.id"), primary_key=True)
    metric_id: Mapped[int] = mapped_column(ForeignKey("metric.id"), primary_key=True)
    threshold: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(primary_key=True)
    value: Mapped[int]
    low_at: Mapped[datetime]
    mid_at: Mapped[datetime]
    high_at: Mapped[datetime | None]
    reached_at: Mapped[datetime | None]
    fate: Mapped[str | None]
    resolved_at: Mapped[datetime | None]


class Landing(Base):
    """A landing that was loaded. `days` are the UTC days whose first and last looks came with it.

    `fetched_at` is the `now` of its run; `reached_at` is the latest instant it tells of, later where looks were taken meanwhile.
    Of Discord: `rereads` are the channels and threads whose last days were read again, `archives` those whose archived threads
    were listed whole; `whole`: everything that was written by then has come, so that silence is silence.
    """

    __tablename__ = "landing"

    name: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    kind: Mapped[str]
    run_id: Mapped[str]
    fetched_at: Mapped[datetime]
    reached_at: Mapped[datetime]
    days: Mapped[tuple[str, ...]]
    walked: Mapped[bool]
    failed: Mapped[tuple[str, ...]]
    rereads: Mapped[tuple[int, ...]] = mapped_column(server_default="[]")
    archives: Mapped[tuple[int, ...]] = mapped_column(server_default="[]")
    whole: Mapped[bool] = mapped_column(server_default="1")


class Run(Base):
    """One night's work, and what it cost: seconds, requests to all sources, and what lay on the disk at its end.

    `rate_left` is the fewest requests that WOM had left of `rate_limit`. Runs of earlier versions have no costs.
    """

    __tablename__ = "run"

    id: Mapped[str] = mapped_column(primary_key=True)
    night: Mapped[str]
    now: Mapped[datetime]
    state: Mapped[str]
    exit_code: Mapped[int | None]
    sentence: Mapped[str]
    seconds: Mapped[float | None]
    requests: Mapped[int | None]
    rate_left: Mapped[int | None]
    rate_limit: Mapped[int | None]
    members: Mapped[int | None]
    database_bytes: Mapped[int | None]
    landing_bytes: Mapped[int | None]
    backup_bytes: Mapped[int | None]
    free_bytes: Mapped[int | None]
    backed_up_at: Mapped[datetime | None]


class StageRun(Base):
    """What a stage of a run did; the only truth about what is done. `peak_bytes` is the most memory it held, where that is known."""

    __tablename__ = "stage_run"

    run_id: Mapped[str] = mapped_column(ForeignKey("run.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    attempts: Mapped[int]
    seconds: Mapped[float]
    requests: Mapped[int]
    bytes: Mapped[int]
    inserted: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    error: Mapped[str | None]
    peak_bytes: Mapped[int | None]


class Digest(Base):
    """A message that was sent about a night, or may have been: it is never sent again.

    `kind` is `nightly`, `weekly`, `alert` or `well`; `reason` is the sentence of an alert, empty otherwise. `state` is `sending` from
    before the message goes out, then `sent`, `unsure` (nobody knows whether it arrived), `failed` (it did not) or `quiet`
    (there was nothing to tell). `told_at` is the `now` of the run, `sent_at` when Discord says that it came.
    """

    __tablename__ = "digest"

    kind: Mapped[str] = mapped_column(primary_key=True)
    night: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    run_id: Mapped[str]
    told_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[int | None]
