"""Runs a filter's program as Linux does: classic BPF over a system call's number and arguments."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from jupyter_agent.kernel.seccomp import Program


def run(program: Program, *, architecture: int, number: int, arguments: Sequence[int] = ()) -> int:
    """What the program returns."""
    padded = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("=IIQ6Q", number, architecture, 0, *(word & (2**64 - 1) for word in padded))
    accumulator, at = 0, 0
    while True:
        code, jump_true, jump_false, value = program[at]
        at += 1
        match code:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, value)
            case 0x54:
                accumulator &= value
            case 0x15:
                at += jump_true if accumulator == value else jump_false
            case 0x25:
                at += jump_true if accumulator > value else jump_false
            case 0x45:
                at += jump_true if accumulator & value else jump_false
            case 0x06:
                return value
            case _:
                raise AssertionError(f"unknown instruction {code:#x}")
