"""Objects that do not behave, as generated code may leave them behind by accident or on purpose."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
import pandas as pd


def forever() -> NoReturn:
    while True:
        time.sleep(0.001)


class Endless:
    def __repr__(self) -> str:
        forever()


class Catching:
    def __repr__(self) -> str:
        try:
            forever()
        except BaseException:  # noqa: BLE001 - that is the point
            return "caught"


class NeverGivingUp:
    def __repr__(self) -> str:
        for _ in range(20):
            try:
                forever()
            except BaseException:  # noqa: BLE001 - that is the point
                continue
        return "at last"


class Huge:
    def __repr__(self) -> str:
        return "x" * 10_000_000


class Quitting:
    def __repr__(self) -> str:
        raise SystemExit


class Liar(type):
    """A metaclass that tells nothing and calls everything its own."""

    def __getattribute__(cls, name: str) -> object:
        forever()

    def __instancecheck__(cls, other: object) -> bool:
        forever()

    def __eq__(cls, other: object) -> bool:
        forever()

    def __hash__(cls) -> int:
        forever()

    def __repr__(cls) -> str:
        forever()


class Lying(metaclass=Liar):
    pass


class Everything:
    """Runs code for whatever is asked of it."""

    def __init__(self) -> None:
        object.__setattr__(self, "kept", 42)

    def __getattribute__(self, name: str) -> Any:
        forever()

    __class__ = property(lambda self: forever())
    __len__ = __iter__ = __hash__ = __eq__ = __bool__ = __str__ = __sizeof__ = __dir__ = __repr__ = (  # type: ignore[assignment]
        lambda self, *_: forever()
    )


class BadList(list[int]):
    def __len__(self) -> int:
        forever()

    def __iter__(self) -> Iterator[int]:
        forever()

    def __getitem__(self, key: object) -> Any:
        forever()


class BadDict(dict[str, int]):
    def __len__(self) -> int:
        forever()

    def items(self) -> Any:
        forever()

    def __iter__(self) -> Iterator[str]:
        forever()


class BadText(str):
    def __len__(self) -> int:
        forever()

    def __str__(self) -> str:
        forever()

    __repr__ = __str__


class BadFrame(pd.DataFrame):  # type: ignore[misc]  # pandas has no types
    """A frame whose every property is its own."""

    def __len__(self) -> int:
        forever()

    def __getattr__(self, name: str) -> Any:
        forever()

    shape = columns = dtypes = iloc = index = _mgr_locs = size = property(lambda self: forever())
    __repr__ = __len__  # type: ignore[assignment]


class BadArray(np.ndarray):
    def __getitem__(self, key: object) -> Any:
        forever()

    def __array_finalize__(self, other: object) -> None:
        pass

    shape = size = flat = dtype = property(lambda self: forever())


def bad_frame() -> object:
    """One with ordinary content, filled before its properties can be asked."""
    frame = BadFrame.__new__(BadFrame)
    for name, value in pd.DataFrame({"a": [1, 2]}).__dict__.items():
        object.__setattr__(frame, name, value)
    return frame


def bad_array() -> object:
    return np.arange(3).view(BadArray)


def cells() -> np.ndarray:
    """A column of them."""
    column = np.empty(2, dtype=object)
    column[0] = Everything()
    column[1] = Endless()
    return column
