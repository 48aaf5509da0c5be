"""The Jupyter server extension: who may ask, and what is answered over HTTP and WebSocket."""
