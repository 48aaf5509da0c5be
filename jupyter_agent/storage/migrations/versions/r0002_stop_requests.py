"""A run can be asked to stop by another process than the one that carries it out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the moment at which that was asked for."""
    op.add_column("runs", sa.Column("stop_requested", sa.DateTime(timezone=True)))
