"""When a callback acts: every so many epochs, steps or minutes."""

from __future__ import annotations

import time
from typing import Any

from kerasgan.integers import is_positive_int

UNITS = ("epoch", "step")


class Timing:
    """Says when it is time. Steps may be passed over, as by `steps_per_execution`.

    Args:
        every: Int, acts after each this many epochs or steps; of minutes also a float.
        unit: `"epoch"`, `"step"` or another of `units`.
        units: Tuple of the units that the callback has. Defaults to epochs and steps.

    Raises:
        ValueError: If there is no such unit, or `every` counts nothing.
    """

    def __init__(self, every: float, unit: str, units: tuple[str, ...] = UNITS) -> None:
        if unit not in units:
            raise ValueError(f"`unit` must be one of {units}. Received: unit={unit!r}")
        if not (is_positive_int(every) or _is_positive_float(every, whole=unit != "minute")):
            minutes = ", or of minutes a positive number" if "minute" in units else ""
            raise ValueError(
                f"`every` must be a positive integer{minutes}. Received: every={every!r}"
            )
        self.every = every
        self.unit = unit
        self.begin(0)

    def begin(self, step: int) -> None:
        """Counts steps from `step` on, and minutes from now."""
        self.step = step
        self.restart_clock()

    def restart_clock(self) -> None:
        """Counts minutes from now."""
        self._since = time.monotonic()

    def is_due_at_step(self, step: int) -> bool:
        """Whether it is time by steps or minutes; to be asked in order, once for each step.

        Args:
            step: Int, the steps that are done.
        """
        before, self.step = self.step, step
        if self.unit == "minute":
            return time.monotonic() - self._since >= 60.0 * self.every
        return self.unit == "step" and step // self.every > before // self.every

    def is_due_after_epoch(self, epoch: int) -> bool:
        """Whether it is time by epochs.

        Args:
            epoch: Int, the epoch that ends, from 0.
        """
        return self.unit == "epoch" and (epoch + 1) % self.every == 0


def _is_positive_float(value: Any, whole: bool) -> bool:
    return isinstance(value, float) and value > 0.0 and (value.is_integer() or not whole)
