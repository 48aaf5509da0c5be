"""How questions are answered: a router, and one module for each way of working."""

from .router import answer
from .turn import Toolbox, Turn

__all__ = ["Toolbox", "Turn", "answer"]
