"""What all callbacks that draw have in common."""

from __future__ import annotations

import os
import re
from pathlib import Path

import keras
import numpy as np

from kerasgan.callbacks.series.image_events import ImageEvents
from kerasgan.callbacks.series.progress_gif import save_progress_gif
from kerasgan.callbacks.timing import Timing
from kerasgan.callbacks.unwritten import warn_if_unwritten
from kerasgan.files import user_path
from kerasgan.ops.images import save_image


class PictureSeries(keras.callbacks.Callback):
    """Abstract: draws a picture every few epochs or steps.

    A subclass gives `prepare`, which fixes what is drawn, `picture`, which draws it, and `tag`, its
    name in TensorBoard. What cannot be drawn at all `prepare` refuses, before training. An error
    while drawing is a warning: no training is lost to its picture.

    Args:
        directory: Folder to write to, `~` being the home folder; made if missing.
        every: Int, draws after each this many epochs or steps.
        unit: `"epoch"` or `"step"`.
        log_dir: Folder for TensorBoard, or `None`.
        gif: Bool, whether to write `progress.gif` after training.
    """

    tag: str

    def __init__(
        self,
        directory: str | os.PathLike,
        every: int,
        unit: str,
        log_dir: str | os.PathLike | None,
        gif: bool,
    ) -> None:
        super().__init__()
        self._timing = Timing(every, unit)
        self.directory = user_path(directory)
        self.every = every
        self.unit = unit
        self.log_dir = None if log_dir is None else user_path(log_dir)
        self.gif = gif
        # A callback that looks at every batch keeps Keras from running ahead of the device; by
        # epochs nothing is done in a batch, so Keras may.
        self.async_safe = unit == "epoch"
        self._events: ImageEvents | None = None
        self._first_epoch: int | None = None
        self._epoch_start = 0  # steps done before this epoch
        self._drawn_last = 0

    def prepare(self) -> None:
        """Fixes what is drawn; refuses models that it cannot be drawn of."""
        raise NotImplementedError

    def picture(self, number: int) -> np.ndarray:
        """Draws the model after an epoch or step: uint8 `(height, width, channels)`."""
        raise NotImplementedError

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Fixes what is drawn."""
        self.prepare()
        self._events = ImageEvents(self.log_dir) if self.log_dir is not None else None
        self._first_epoch = None
        self._drawn_last = 0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Notes where the epoch starts, also of a resumed training."""
        if self._first_epoch is None:
            self._first_epoch = epoch
            self._timing.begin(self._steps_before(epoch))
        self._epoch_start = self._timing.step

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Draws if it is time, by steps."""
        step = self._epoch_start + batch + 1
        if self._timing.is_due_at_step(step):
            self._draw(step)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Draws if it is time, by epochs."""
        if self._timing.is_due_after_epoch(epoch):
            self._draw(epoch + 1)

    def on_train_end(self, logs: dict | None = None) -> None:
        """Writes the GIF."""
        if self._events is not None:
            self._events.close()
        if self.gif:
            drawn = [path for number, path in self._drawn() if number <= self._drawn_last]
            gif = self.directory / "progress.gif"
            warn_if_unwritten(str(gif), lambda: save_progress_gif(gif, drawn))

    def _draw(self, number: int) -> None:
        warn_if_unwritten(
            f"The picture of {self.unit} {number}", lambda: self._show(self.picture(number), number)
        )

    def _show(self, picture: np.ndarray, number: int) -> None:
        digits = 4 if self.unit == "epoch" else 6
        self._save(f"{self.unit}_{number:0{digits}d}.png", picture)
        self._save("latest.png", picture)
        self._drawn_last = number
        if self._events is not None:
            self._events.write(self.tag, picture, step=number)

    def _save(self, name: str, picture: np.ndarray) -> None:
        path = self.directory / name
        warn_if_unwritten(str(path), lambda: save_image(path, picture))

    def _steps_before(self, epoch: int) -> int:
        """How many steps a resumed training has behind it."""
        steps = (self.params or {}).get("steps")
        if epoch == 0 or steps:
            return epoch * (steps or 0)
        return max((number for number, _ in self._drawn()), default=0)

    def _drawn(self) -> list[tuple[int, Path]]:
        """The pictures that stand in the folder, with their numbers, in order."""
        pattern = re.compile(rf"{self.unit}_(\d+)\.png")
        paths = self.directory.glob(f"{self.unit}_*.png")
        matches = ((pattern.fullmatch(path.name), path) for path in paths)
        return sorted((int(match[1]), path) for match, path in matches if match)
