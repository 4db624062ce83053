"""Messages about nights, so that none is ever sent twice.

Revision ID: 20261201b
Revises: 20261130a
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201b"
down_revision = "20261201a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "digest",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("night", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("told_at", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "night", "reason", name=op.f("pk_digest")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("digest")
