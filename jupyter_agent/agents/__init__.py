"""How questions are answered: a router, and one module for each way of working."""

from .router import answer
from .turn import Resumed, Toolbox, Turn

__all__ = ["Resumed", "Toolbox", "Turn", "answer"]
