"""A real Chromium drives a real JupyterLab with a real agent; only the model's words are scripted."""
