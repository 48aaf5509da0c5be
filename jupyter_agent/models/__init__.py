"""Where answers come from. Nothing is imported here: a server that starts has not asked anything yet."""
