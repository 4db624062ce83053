"""The Discord guild: its channels, accounts and messages, and what officers decided."""

import sqlalchemy as sa
from alembic import op

revision = "20261122a"
down_revision = "20261121a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    with op.batch_alter_table("landing", recreate="always") as landing:
        landing.add_column(sa.Column("rereads", sa.Text(), server_default="[]", nullable=False))
        landing.add_column(sa.Column("archives", sa.Text(), server_default="[]", nullable=False))
    op.create_table(
        "guild",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("chosen_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guild")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=True),
        sa.Column("is_question", sa.Boolean(), nullable=True),
        sa.Column("reply_to_id", sa.Integer(), nullable=True),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.Column("metrics", sa.Text(), nullable=False),
        sa.Column("relayed_name", sa.Text(), nullable=True),
        sa.Column("relayed_player_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(
        "ix_message_blind", "message", ["channel_id"], unique=False, sqlite_where=sa.text("is_question IS NULL")
    )
    op.create_index(
        "ix_message_relayed_name",
        "message",
        ["relayed_name"],
        unique=False,
        sqlite_where=sa.text("relayed_name IS NOT NULL AND relayed_player_id IS NULL"),
    )
    op.create_index(
        "ix_message_reply_to_id",
        "message",
        ["reply_to_id"],
        unique=False,
        sqlite_where=sa.text("reply_to_id IS NOT NULL"),
    )
    op.create_index(
        "ix_message_thread_id", "message", ["thread_id"], unique=False, sqlite_where=sa.text("thread_id IS NOT NULL")
    )
    op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("archived_at", sa.Integer(), nullable=True),
        sa.Column("cursor", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["guild_id"], ["guild.id"], name=op.f("fk_channel_guild_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
    )
    op.create_table(
        "decision",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("player_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["player_id"], ["player.id"], name=op.f("fk_decision_player_id")),
        sa.PrimaryKeyConstraint("kind", "player_id", "account_id", name=op.f("pk_decision")),
    )
    op.create_table(
        "discord_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("global_name", sa.Text(), nullable=True),
        sa.Column("nick", sa.Text(), nullable=True),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("in_guild", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.Integer(), nullable=True),
        sa.Column("left_at", sa.Integer(), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_discord_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discord_account")),
    )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("landing", recreate="always") as landing:
        landing.drop_column("archives")
        landing.drop_column("rereads")
    for name in ("discord_account", "decision", "channel", "message", "guild"):
        op.drop_table(name)
