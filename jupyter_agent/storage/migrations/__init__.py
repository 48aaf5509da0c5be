"""The schema's history: append-only revisions, run when the database is opened."""
