"""multiprocessing's locks for a kernel that has one process: without semaphores of the system, which live in
shared memory that the strict profile does not have. Queues, events and pools of threads are built on them.
"""

from __future__ import annotations

import threading

_RECURSIVE_MUTEX = 0


class SemLock:
    """As `_multiprocessing.SemLock`."""

    SEM_VALUE_MAX = 2**31 - 1

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:
        self.kind, self.maxvalue, self.name, self.handle = kind, maxvalue, None, 0
        self._value = value
        self._owner: int | None = None
        self._times = 0
        self._changed = threading.Condition()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take one, and say whether that was possible in time."""
        thread = threading.get_ident()
        with self._changed:
            if self.kind == _RECURSIVE_MUTEX and self._owner == thread:
                self._times += 1
                return True
            if not self._changed.wait_for(lambda: self._value > 0, timeout if block else 0):
                return False
            self._value -= 1
            self._owner, self._times = thread, self._times + 1
            return True

    def release(self) -> None:
        """Give one back."""
        with self._changed:
            if self.kind == _RECURSIVE_MUTEX:
                if self._owner != threading.get_ident():
                    raise AssertionError("attempt to release recursive lock not owned by thread")
                self._times -= 1
                if self._times:
                    return
                self._owner = None
            else:
                if self._value >= self.maxvalue:
                    raise ValueError("semaphore or lock released too many times")
                self._times -= 1
            self._value += 1
            self._changed.notify()

    def __enter__(self) -> SemLock:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _count(self) -> int:
        return self._times

    def _is_mine(self) -> bool:
        return self._times > 0 and self._owner == threading.get_ident()

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return self._value == 0
