"""How many threads and processes a kernel may have, whatever Linux shows of them and when."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_agent.kernel.tasks import Tasks

MOST = 10


@dataclass
class Machine:
    """A kernel whose calls take as long as they like."""

    running: int = 1
    under_way: set[int] = field(default_factory=set)
    looks: int = 0

    def count(self) -> int:
        self.looks += 1
        return self.running

    def is_starting(self, thread: int) -> bool:
        return thread in self.under_way

    def arrive(self, thread: int) -> None:
        """The call that was under way has started its task."""
        if thread in self.under_way:
            self.under_way.remove(thread)
            self.running += 1


def tasks(machine: Machine) -> Tasks:
    # Two more are for what looks at the variables.
    return Tasks(MOST - 3, snapshots=1, view=machine)


def start(started: Tasks, machine: Machine, thread: int) -> bool:
    machine.arrive(thread)
    if not started.has_room(thread):
        return False
    started.let_in(thread)
    machine.under_way.add(thread)
    return True


def test_there_is_room_up_to_the_limit() -> None:
    machine = Machine()
    started = tasks(machine)
    assert [start(started, machine, 1) for _ in range(MOST)] == [True] * (MOST - 1) + [False]
    assert machine.running == MOST


def test_what_has_been_let_in_counts_before_it_is_there() -> None:
    machine = Machine()
    started = tasks(machine)
    assert all(start(started, machine, thread) for thread in range(MOST - 1))
    assert machine.running == 1
    assert not start(started, machine, 99)


def test_what_ended_leaves_room() -> None:
    machine = Machine(running=MOST)
    started = tasks(machine)
    assert not start(started, machine, 1)
    machine.running -= 1
    assert start(started, machine, 1)
    assert not start(started, machine, 1)


def test_it_looks_only_when_all_that_fitted_in_has_started() -> None:
    machine = Machine()
    started = tasks(machine)
    for _ in range(MOST - 1):
        start(started, machine, 1)
    assert machine.looks == 1
    start(started, machine, 1)
    assert machine.looks == 2


@pytest.mark.parametrize("most", [MOST - 3])
@given(
    events=st.lists(
        st.tuples(st.sampled_from(["start", "arrive", "end"]), st.integers(min_value=0, max_value=15)),
        max_size=200,
    )
)
def test_there_are_never_more_than_the_limit(most: int, events: list[tuple[str, int]]) -> None:
    machine = Machine()
    started = Tasks(most, snapshots=1, view=machine)
    for event, thread in events:
        match event:
            case "start":
                start(started, machine, thread)
            case "arrive":
                machine.arrive(thread)
            case _:
                machine.running = max(machine.running - 1, 1)
        assert machine.running + len(machine.under_way) <= MOST
