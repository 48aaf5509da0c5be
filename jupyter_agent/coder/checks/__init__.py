"""What the static check looks for, one kind of mistake a file."""
