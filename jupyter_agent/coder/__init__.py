"""From a goal to a program that reached it: write, review, check, run, diagnose, try again."""

from .attempts import work_on
from .task import Assignment, Task, Workbench, closing
from .transcript import to_conclude

__all__ = ["Assignment", "Task", "Workbench", "closing", "to_conclude", "work_on"]
