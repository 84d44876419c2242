"""Pictures of what a generator has learnt, while it learns."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.callbacks.image_events import ImageEvents
from kerasgan.callbacks.progress_gif import save_progress_gif
from kerasgan.ops.images import image_grid, save_image

UNITS = ("epoch", "step")
SMALLEST_TILE = 64  # pixels; smaller images are drawn larger, to be seen


class ImageGrid(keras.callbacks.Callback):
    """Draws a grid of generated images every few epochs or steps.

    A generative model draws the same latents each time, so that one sees how each image becomes
    what it is. A translator draws the same `inputs` each time, in six columns: an image of x, its
    translation, its reconstruction, and the same for an image of y. The moving average of the
    generator is drawn where there is one.

    In `directory` stand one PNG for each time (`epoch_0001.png` or `step_000100.png`), the last of
    them as `latest.png`, and after training all of them as `progress.gif`. The training is not
    disturbed: no random stream of the model moves.

    Args:
        directory: Folder to write to; made if missing.
        every: Int, draws after each this many epochs or steps. Defaults to `1`.
        unit: `"epoch"` or `"step"`. With `steps_per_execution` greater than 1 a grid is drawn when
            a multiple of `every` has been passed, and bears the number of the step reached.
            Defaults to `"epoch"`.
        rows: Int, rows of the grid; for a translator the number of inputs drawn of each domain.
            Defaults to `4`.
        columns: Int, columns of the grid; a translator has always six. Defaults to `8`.
        seed: Int, seed of the latents. Defaults to `0`.
        inputs: Pair `(x, y)` of arrays of shape `(n, height, width, channels)` in [-1, 1], for a
            translator, which needs it. Defaults to `None`.
        log_dir: Folder for TensorBoard, which shows the same pictures as `image_grid`. Defaults to
            `None`: none.
        gif: Bool, whether to write `progress.gif` after training. Defaults to `True`.

    Example:

    ```python
    gan.fit(images, epochs=30, callbacks=[kerasgan.callbacks.ImageGrid("runs/digits", every=5)])
    ```
    """

    def __init__(
        self,
        directory: str | os.PathLike,
        every: int = 1,
        unit: str = "epoch",
        rows: int = 4,
        columns: int = 8,
        seed: int = 0,
        inputs: Sequence[Any] | None = None,
        log_dir: str | os.PathLike | None = None,
        gif: bool = True,
    ) -> None:
        super().__init__()
        if unit not in UNITS:
            raise ValueError(f"`unit` must be one of {UNITS}. Received: unit={unit!r}")
        for name, value in (("every", every), ("rows", rows), ("columns", columns)):
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"`{name}` must be a positive int. Received: {name}={value!r}")
        self.directory = Path(directory)
        self.every = every
        self.unit = unit
        self.rows = rows
        self.columns = columns
        self.seed = seed
        self.inputs = inputs
        self.log_dir = log_dir
        self.gif = gif
        # A callback that looks at every batch keeps Keras from running ahead of the device; by
        # epochs nothing is done in a batch, so Keras may.
        self.async_safe = unit == "epoch"
        self._fixed: list[np.ndarray] = []
        self._events: ImageEvents | None = None
        self._first_epoch: int | None = None
        self._epoch_start = 0  # steps done before this epoch
        self._step = 0
        self._drawn_last = 0

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Fixes what is drawn."""
        if self._is_translator():
            self._fixed = _checked_inputs(self.inputs, self.rows)
        else:
            self._fixed = [self._fixed_latents()]
        self._events = ImageEvents(self.log_dir) if self.log_dir is not None else None
        self._first_epoch = None
        self._drawn_last = 0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Notes where the epoch starts, also of a resumed training."""
        if self._first_epoch is None:
            self._first_epoch = epoch
            self._step = self._steps_before(epoch)
        self._epoch_start = self._step

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Draws if it is time, by steps."""
        if self.unit != "step":
            return
        before, self._step = self._step, self._epoch_start + batch + 1
        if self._step // self.every > before // self.every:
            self._draw(self._step)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Draws if it is time, by epochs."""
        if self.unit == "epoch" and (epoch + 1) % self.every == 0:
            self._draw(epoch + 1)

    def on_train_end(self, logs: dict | None = None) -> None:
        """Writes the GIF."""
        if self._events is not None:
            self._events.close()
        if self.gif:
            drawn = [path for number, path in self._drawn() if number <= self._drawn_last]
            save_progress_gif(self.directory / "progress.gif", drawn)

    def _draw(self, number: int) -> None:
        images, rows, columns = self._images()
        scale = max(1, SMALLEST_TILE // min(images.shape[1:3]))
        picture = image_grid(images, rows, columns, padding=2 * min(scale, 2), scale=scale)
        digits = 4 if self.unit == "epoch" else 6
        save_image(self.directory / f"{self.unit}_{number:0{digits}d}.png", picture)
        save_image(self.directory / "latest.png", picture)
        if self._events is not None:
            self._events.write("image_grid", picture, step=number)
        self._drawn_last = number

    def _images(self) -> tuple[np.ndarray, int, int]:
        """The images to draw and the rows and columns to draw them in."""
        model = self.model  # on JAX this writes the state of the training back into the variables
        if not self._is_translator():
            network = model.inference_network(next(iter(model.generators)))
            images = ops.convert_to_numpy(network.predict_on_batch(self._fixed[0]))
            # Each replica of a strategy predicts them all.
            return images[: len(self._fixed[0])], self.rows, self.columns
        x, y = self._fixed
        as_y, as_x = model.translate(x, to="y"), model.translate(y, to="x")
        columns = [x, as_y, model.translate(as_y, to="x"), y, as_x, model.translate(as_x, to="y")]
        images = np.stack(columns, axis=1)  # (rows, 6, height, width, channels)
        return images.reshape(-1, *x.shape[1:]), len(x), len(columns)

    def _is_translator(self) -> bool:
        if hasattr(self.model, "translate"):
            return True
        if hasattr(self.model, "sample_latents"):
            return False
        raise TypeError(
            "`ImageGrid` draws models that generate images from latents or translate images. "
            f"Received: {type(self.model).__name__}"
        )

    def _fixed_latents(self) -> np.ndarray:
        network = self.model.inference_network(next(iter(self.model.generators)))
        shape = tuple(network.output_shape)
        if len(shape) != 4:
            raise ValueError(
                "`ImageGrid` draws images, and this model generates data that are none. Draw "
                "points as a scatter plot instead, from `gan.generate(n)` in a "
                "`keras.callbacks.LambdaCallback`. "
                f"Received: a generator with outputs of shape {shape}"
            )
        return ops.convert_to_numpy(
            self.model.sample_latents(self.rows * self.columns, seed=self.seed)
        )

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


def _checked_inputs(inputs: Sequence[Any] | None, rows: int) -> list[np.ndarray]:
    """The first images of both domains, as many of the one as of the other."""
    expected = (
        "`ImageGrid` draws a translator with `inputs=(x, y)`, two arrays of images of the same "
        "shape (n, height, width, channels) in [-1, 1]. "
    )
    if inputs is None or len(inputs) != 2:
        received = "None" if inputs is None else f"{len(inputs)} arrays"
        raise ValueError(f"{expected}Received: inputs={received}")
    count = min(rows, len(inputs[0]), len(inputs[1]))
    x, y = (ops.convert_to_numpy(images[:count]).astype("float32") for images in inputs)
    if x.ndim != 4 or x.shape != y.shape:
        raise ValueError(f"{expected}Received: shapes {x.shape} and {y.shape}")
    return [x, y]
