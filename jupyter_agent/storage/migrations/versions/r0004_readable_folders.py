"""Which folder a conversation's code may read besides the attached files, and why no other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add it; conversations so far have none."""
    for name in ("folder_path", "folder_name", "folder_note"):
        op.add_column("conversations", sa.Column(name, sa.Text))
