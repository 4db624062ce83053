"""Who began a thread, and who wrote the message it began from, so that a title can be forgotten when its messages are sums.

Revision ID: 20261202a
Revises: 20261201c
"""

import sqlalchemy as sa
from alembic import op

revision = "20261202a"
down_revision = "20261201c"
branch_labels = None
depends_on = None

COLUMNS = ("owner_id", "opener_id")


def upgrade() -> None:
    """Make the change; owners come with the next landings."""
    for name in COLUMNS:
        op.add_column("channel", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    for name in reversed(COLUMNS):
        op.drop_column("channel", name)
