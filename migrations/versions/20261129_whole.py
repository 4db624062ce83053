"""Whether everything that was written came with a landing: of a guild that was read in part, silence proves nothing."""

import sqlalchemy as sa
from alembic import op

revision = "20261129a"
down_revision = "20261127a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.add_column("landing", sa.Column("whole", sa.Boolean(), nullable=False, server_default="1"))
    op.execute("UPDATE landing SET whole = 0 WHERE failed <> '[]'")


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("landing", "whole")
