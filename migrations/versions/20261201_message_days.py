"""Daily sums of old messages, of their questions, and who greeted newcomers; up to where a channel's messages are sums.

Revision ID: 20261201a
Revises: 20261130a
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201a"
down_revision = "20261130a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change; nothing is summed before the next load."""
    with op.batch_alter_table("channel", recreate="always") as channel:
        channel.add_column(sa.Column("summed_until", sa.Integer(), nullable=True))
    op.create_table(
        "message_day",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("relayed_player_id", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "kind", "channel_id", "author_id", "relayed_player_id", name=op.f("pk_message_day")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "question_day",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("helper_id", sa.Integer(), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("within_day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "channel_id", "author_id", "helper_id", name=op.f("pk_question_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "welcome",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.Integer(), nullable=False),
        sa.Column("welcomed_at", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_welcome")),
    )


def downgrade() -> None:
    """Take the change back; the sums go, for single messages cannot be made of them."""
    for name in ("welcome", "question_day", "message_day"):
        op.drop_table(name)
    with op.batch_alter_table("channel", recreate="always") as channel:
        channel.drop_column("summed_until")
