"""Columns that are made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np


class Columns(Mapping[str, np.ndarray]):
    """What `showcase` returns where not all columns are needed by everyone, and some cost much.

    Args:
        makers: Dict from names to functions of this mapping, which make the columns.
    """

    def __init__(self, makers: Mapping[str, Callable[[Mapping[str, np.ndarray]], np.ndarray]]):
        self._makers = makers
        self._made: dict[str, np.ndarray] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._made:
            self._made[name] = self._makers[name](self)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)
