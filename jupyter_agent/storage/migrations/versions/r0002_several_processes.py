"""What processes tell each other about a run: that it should stop, and that it is still worked on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the moments at which that was said."""
    op.add_column("runs", sa.Column("stop_requested", sa.DateTime(timezone=True)))
    op.add_column("runs", sa.Column("alive", sa.DateTime(timezone=True)))
