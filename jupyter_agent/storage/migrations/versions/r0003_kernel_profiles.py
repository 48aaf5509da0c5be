"""What the kernel of a conversation is for, where somebody chose that."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the choice; none was made so far."""
    op.add_column("conversations", sa.Column("profile", sa.String(16)))
