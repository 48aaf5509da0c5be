"""From a goal to a program that reached it: write, review, check, run, diagnose, try again."""

from .asking import question_back
from .attempts import work_on
from .task import Assignment, Task, Workbench
from .transcript import to_adapt, to_conclude, to_plan

__all__ = [
    "Assignment",
    "Task",
    "Workbench",
    "question_back",
    "to_adapt",
    "to_conclude",
    "to_plan",
    "work_on",
]
