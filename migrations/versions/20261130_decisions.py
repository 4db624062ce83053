"""Decisions about anything in To do, as a log of edits, and what became of them; what rules would have done in past months.

Revision ID: 20261130a
Revises: 20261129a
"""

import sqlalchemy as sa
from alembic import op

revision = "20261130a"
down_revision = "20261129a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change; what was said of who is who keeps its pair as its key."""
    op.rename_table("decision", "decision_before")
    op.create_table(
        "decision",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("player_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Integer(), nullable=False),
        sa.Column("until_on", sa.Text(), nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.Integer(), nullable=False),
        sa.Column("fate", sa.Text(), nullable=True),
        sa.Column("fate_at", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["player_id"], ["player.id"], name=op.f("fk_decision_player_id")),
        sa.PrimaryKeyConstraint("key", "mark", name=op.f("pk_decision")),
    )
    op.execute(
        "INSERT INTO decision SELECT 'identify:' || account_id || ':' || player_id, 'command:' || decided_at, 'identify', player_id,"
        " account_id, verdict, decided_at, NULL, '', NULL, '', '', '', '', origin, decided_at, NULL, NULL FROM decision_before"
    )
    op.drop_table("decision_before")
    op.create_table(
        "replay",
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Integer(), nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("rules", "as_of", name=op.f("pk_replay")),
    )


def downgrade() -> None:
    """Take the change back; of decisions about anything but who is who nothing can stay."""
    op.drop_table("replay")
    op.rename_table("decision", "decision_after")
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
    op.execute(
        "INSERT OR REPLACE INTO decision SELECT 'identity', player_id, account_id, verdict, decided_at, origin"
        " FROM decision_after WHERE player_id IS NOT NULL AND verdict IN ('confirm', 'reject') ORDER BY decided_at"
    )
    op.drop_table("decision_after")
