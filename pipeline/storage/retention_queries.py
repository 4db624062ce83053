"""What retention asks of the guild's talk: one function, one SELECT, typed rows."""

from datetime import datetime

from sqlalchemy import Connection

from pipeline.domain.talk import instant_of
from pipeline.storage.talk_queries import EXISTS, Scope
from pipeline.storage.types import to_ms


def last_replies(connection: Connection, scope: Scope) -> dict[int, datetime]:
    """When somebody else last replied to what each Discord account wrote, by the scope's now.

    A notice that somebody joined is theirs in Discord's eyes, but they wrote nothing, and a greeting under it answers nobody.
    """
    found = connection.exec_driver_sql(
        f"""
        SELECT target.author_id, max(m.id) FROM message m
        JOIN message target ON target.id = m.reply_to_id AND target.kind = 'human'
        WHERE m.reply_to_id IS NOT NULL AND m.id < ?3 AND m.kind = 'human' AND m.author_id <> target.author_id
          AND {EXISTS}
        GROUP BY target.author_id ORDER BY target.author_id
        """,  # noqa: S608
        (scope.guild_id, to_ms(scope.now), scope.until),
    )
    return {author_id: instant_of(message_id) for author_id, message_id in found.tuples()}
