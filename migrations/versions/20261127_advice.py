"""What was advised, and what was expected: insights and forecasts."""

import sqlalchemy as sa
from alembic import op

revision = "20261127a"
down_revision = "20261122a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the schema."""
    op.create_table(
        "insight",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.Integer(), nullable=True),
        sa.Column("fate", sa.Text(), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "created_at", name=op.f("pk_insight")),
    )
    op.create_table(
        "forecast",
        sa.Column("player_id", sa.Integer(), nullable=False),
        sa.Column("metric_id", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("low_at", sa.Integer(), nullable=False),
        sa.Column("mid_at", sa.Integer(), nullable=False),
        sa.Column("high_at", sa.Integer(), nullable=True),
        sa.Column("reached_at", sa.Integer(), nullable=True),
        sa.Column("fate", sa.Text(), nullable=True),
        sa.Column("resolved_at", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["metric_id"], ["metric.id"], name=op.f("fk_forecast_metric_id")),
        sa.ForeignKeyConstraint(["player_id"], ["player.id"], name=op.f("fk_forecast_player_id")),
        sa.PrimaryKeyConstraint("player_id", "metric_id", "threshold", "made_at", name=op.f("pk_forecast")),
    )


def downgrade() -> None:
    """Take the change back."""
    for name in ("forecast", "insight"):
        op.drop_table(name)
