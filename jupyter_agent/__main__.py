"""`python -m jupyter_agent …` is `jupyter agent …`."""

from .cli import main

main()
