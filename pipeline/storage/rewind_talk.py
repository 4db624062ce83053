"""What was not heard of Discord yet is taken away; ids tell when a message, a channel or a thread was made."""

from typing import Final

from sqlalchemy import Connection, text

from pipeline.storage.then import Then

_STATEMENTS: Final = (
    "DELETE FROM message WHERE id >= :unheard",
    *(f"DELETE FROM {table} WHERE day + 86400000 > :heard" for table in ("message_day", "question_day")),  # noqa: S608
    "DELETE FROM welcome WHERE welcomed_at > :heard",
    "UPDATE message SET deleted_at = NULL WHERE deleted_at > :heard",
    "UPDATE message SET edited_at = NULL WHERE edited_at > :heard",
    "DELETE FROM channel WHERE id >= :unheard OR guild_id IN (SELECT id FROM guild WHERE chosen_at > :heard)",
    "UPDATE channel SET archived_at = NULL WHERE archived_at > :heard",
    "UPDATE channel SET cursor = :unheard - 1 WHERE cursor >= :unheard",
    "DELETE FROM guild WHERE chosen_at > :heard",
    # Of those who only wrote, their first message told.
    """
    DELETE FROM discord_account WHERE (joined_at > :heard OR (joined_at IS NULL AND left_at IS NULL AND NOT in_guild))
      AND id NOT IN (SELECT author_id FROM message UNION SELECT author_id FROM message_day)
    """,
    "UPDATE discord_account SET in_guild = 0, joined_at = NULL, left_at = NULL, roles = '[]' WHERE joined_at > :heard",
    "UPDATE discord_account SET in_guild = 1, left_at = NULL WHERE left_at > :heard",
)


def rewind_talk(connection: Connection, when: Then) -> None:
    """Take away what was written, or came and went, after Discord was read last by *when*."""
    for statement in _STATEMENTS:
        connection.execute(text(statement), when.parameters)
