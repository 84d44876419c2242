"""SIGTERM and Ctrl-C as requests, which a training heeds between two steps."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from typing import Any


class Interrupts:
    """Notes that a process was asked to end, while a training is in progress.

    A step that is interrupted leaves half a state. So the first signal only asks, and the training
    ends where it is whole. A second Ctrl-C ends it at once. Where no training is in progress, as
    after an error, signals do what they did before.

    Args:
        in_progress: Callable that returns whether a training is.
    """

    def __init__(self, in_progress: Callable[[], bool]) -> None:
        self._in_progress = in_progress
        self._before: dict[int, Any] = {}
        self.asked: int | None = None  # The signal;
        self.hurried = False  # whether Ctrl-C was pressed again.

    def catch(self) -> None:
        """Begins to listen, in the main thread: Python knows signals only there."""
        if self._before or threading.current_thread() is not threading.main_thread():
            return
        self.asked, self.hurried = None, False
        self._before[signal.SIGTERM] = signal.signal(signal.SIGTERM, self._on_signal)
        # Not where it is ignored, as by `nohup`, or served by the user.
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._before[signal.SIGINT] = signal.signal(signal.SIGINT, self._on_signal)

    def release(self) -> None:
        """Signals do what they did before."""
        while self._before:
            signal.signal(*self._before.popitem())

    def _on_signal(self, number: int, frame: Any) -> None:
        if not self._in_progress():
            self.release()
            os.kill(os.getpid(), number)
        elif number == signal.SIGTERM:
            self.asked = number
        elif self.asked is None:
            self.asked = number
            # Not `print`, in which the signal may have come.
            with contextlib.suppress(OSError):
                os.write(2, b"\nCtrl-C: ending after this step. Once more ends at once, unsaved.\n")
        else:
            self.hurried = True
            self.release()
            raise KeyboardInterrupt
