"""What a night cost and left on the disk, and the most memory that a stage held; empty for what was before.

Revision ID: 20261201c
Revises: 20261130a
"""

import sqlalchemy as sa
from alembic import op

revision = "20261201c"
down_revision = "20261201b"
branch_labels = None
depends_on = None

COLUMNS = (
    "requests", "rate_left", "rate_limit", "members", "database_bytes", "landing_bytes", "backup_bytes", "free_bytes",
    "backed_up_at",
)  # fmt: skip


def upgrade() -> None:
    """Make the change."""
    op.add_column("run", sa.Column("seconds", sa.Float(), nullable=True))
    for name in COLUMNS:
        op.add_column("run", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("stage_run", sa.Column("peak_bytes", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("stage_run", "peak_bytes")
    for name in (*reversed(COLUMNS), "seconds"):
        op.drop_column("run", name)
