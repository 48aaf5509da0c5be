"""What outlives the process: conversations and their events in SQLite, their files in folders."""
