"""From a goal to a program that reached it: write, review, check, run, diagnose, try again."""

from .asking import question_back
from .attempts import work_on
from .calls import MISSING, code_of, goal_of, known
from .extract import lone_program
from .rendering import offered
from .task import Assignment, Task, Words, Workbench
from .transcript import to_adapt, to_conclude, to_plan

__all__ = [
    "MISSING",
    "Assignment",
    "Task",
    "Words",
    "Workbench",
    "code_of",
    "goal_of",
    "known",
    "lone_program",
    "offered",
    "question_back",
    "to_adapt",
    "to_conclude",
    "to_plan",
    "work_on",
]
