"""Runs to take elsewhere, to look at and to answer once more: found, exported, replayed and compared."""
