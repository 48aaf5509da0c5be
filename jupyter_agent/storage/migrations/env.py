"""What Alembic runs: the revisions, on the connection that `database.py` hands over.

There is no ini file and logging is left alone: the process belongs to Jupyter.
"""

from __future__ import annotations

from alembic import context

from jupyter_agent.storage.schema import metadata

# SQLite cannot alter a column in place: batch mode copies the table instead.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
