"""One revision a file, never changed after it was released."""
