"""Losses for TensorBoard, written without TensorFlow."""

from __future__ import annotations

import os
import time
from typing import Any

import keras

from kerasgan.callbacks.run_directory.run_record import learning_rates
from kerasgan.callbacks.unwritten import warn_if_unwritten
from kerasgan.files import user_path


class ScalarEvents(keras.callbacks.Callback):
    """Writes the logs of each epoch into event files that TensorBoard shows.

    They look as those of `keras.callbacks.TensorBoard`: runs `train` and `validation`, tags such as
    `epoch_loss`. That one needs TensorFlow on every backend, and looks at every batch, so that
    Keras cannot run ahead of the device; this one does neither. Epochs count from 1.

    Args:
        log_dir: Folder of the two; made if missing.
    """

    def __init__(self, log_dir: str | os.PathLike) -> None:
        super().__init__()
        self.log_dir = user_path(log_dir)
        self._writers: dict[str, Any] = {}
        self._first = 0

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Begins new event files."""
        self._close()
        self._first = 0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Notes the epoch that training begins or goes on with."""
        self._first = self._first or epoch + 1

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Writes the logs."""
        values = {**(logs or {}), **learning_rates(self.model)}
        validation = {k.removeprefix("val_"): v for k, v in values.items() if k.startswith("val_")}
        self._write("train", {k: v for k, v in values.items() if k[:4] != "val_"}, epoch + 1)
        self._write("validation", validation, epoch + 1)

    def on_train_end(self, logs: dict | None = None) -> None:
        """Closes the files."""
        self._close()

    def _write(self, run: str, values: dict[str, float], step: int) -> None:
        if not values:
            return
        what = f"The logs in {self.log_dir / run}"
        if warn_if_unwritten(what, lambda: self._add(run, _event(values, step))):
            # The writer would fail forever: the next epoch begins a new file.
            self._writers.pop(run, None)
            self._first = step + 1

    def _add(self, run: str, event: Any) -> None:
        if run not in self._writers:
            self._writers[run] = self._writer(run)
        self._writers[run].add_event(event)
        self._writers[run].flush()

    def _writer(self, run: str) -> Any:
        from tensorboard.compat.proto.event_pb2 import Event, SessionLog
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        writer = EventFileWriter(str(self.log_dir / run), filename_suffix=".epochs")
        # TensorBoard then forgets what an interrupted training wrote of these epochs.
        start = SessionLog(status=SessionLog.START)
        writer.add_event(Event(wall_time=time.time(), step=self._first, session_log=start))
        return writer

    def _close(self) -> None:
        for run, writer in self._writers.items():
            warn_if_unwritten(f"The logs in {self.log_dir / run}", writer.close)
        self._writers = {}


def _event(values: dict[str, float], step: int) -> Any:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary

    scalars = [
        Summary.Value(tag=f"epoch_{name}", simple_value=value)
        for name, value in values.items()
        if isinstance(value, int | float)
    ]
    return Event(wall_time=time.time(), step=step, summary=Summary(value=scalars))
