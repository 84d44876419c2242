"""Pictures of what a generator has learnt, while it learns."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasgan.callbacks.series.picture_series import PictureSeries
from kerasgan.engine.adversarial_model import AdversarialModel
from kerasgan.ops.images import image_grid
from kerasgan.samples.entry import Entry
from kerasgan.samples.shapes import check_positive_ints

SMALLEST_TILE = 64  # pixels; smaller images are drawn larger, to be seen
PICTURES = (1, 3, 4)  # channels that a picture may have
MOST_PANELS = 16


class ImageGrid(PictureSeries):
    """Draws a grid of generated images every few epochs or steps.

    It draws the images that a model shows, see `AdversarialModel.showcase`, of the same latents or
    the same `inputs` each time, so that one sees how each becomes what it is. A generative model
    fills the grid with samples; one that knows classes has another class in each column. A model
    that shows several images of a sample has a row for each sample: `CycleGAN` an image of x, its
    translation, its reconstruction, and the same for an image of y. The moving average of the
    generator is drawn where there is one. Images of 2 channels, or of 5 and more, are drawn by
    channel: in grey, side by side, at most 16.

    In `directory` stand one PNG for each time (`epoch_0001.png` or `step_000100.png`), the last of
    them as `latest.png`, and after training all of them as `progress.gif`. The training is not
    disturbed: no random stream of the model moves.

    Args:
        directory: Folder to write to, `~` being the home folder; made if missing.
        every: Int, draws after each this many epochs or steps. Defaults to `1`.
        unit: `"epoch"` or `"step"`. With `steps_per_execution` greater than 1 a grid is drawn when
            a multiple of `every` has been passed, and bears the number of the step reached.
            Defaults to `"epoch"`.
        rows: Int, rows of the grid; of a model that shows several images of a sample the number of
            samples. Defaults to `4`.
        columns: Int, columns of the grid; as many as the model shows where it shows several, such
            as six of a `CycleGAN`. Defaults to `8`.
        seed: Int, seed of the latents. Defaults to `0`.
        inputs: What images are made of, of which the first are drawn: for a `CycleGAN`, which needs
            it, a pair `(x, y)` of arrays of shape `(n, height, width, channels)` in [-1, 1], or of
            data sets of them, or a data set of such pairs; for other games what `fit` takes; for a
            model of latents an array of them, with classes a pair of it and labels. Defaults to
            `None`: latents are drawn.
        log_dir: Folder for TensorBoard, which shows the same pictures as `image_grid`. Defaults to
            `None`: none.
        gif: Bool, whether to write `progress.gif` after training. Defaults to `True`.

    Example:

    ```python
    gan.fit(images, epochs=30, callbacks=[kerasgan.callbacks.ImageGrid("runs/digits", every=5)])
    ```
    """

    tag = "image_grid"

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
        super().__init__(directory, every, unit, log_dir, gif)
        check_positive_ints(rows=rows, columns=columns)
        self.rows = rows
        self.columns = columns
        self.seed = seed
        self.inputs = inputs
        self._images: list[Entry] = []
        self._inputs: Any = None

    def prepare(self) -> None:
        """Fixes the latents, or the inputs, of which images are made."""
        model: Any = self.model
        if not isinstance(model, AdversarialModel):
            raise TypeError(
                "`ImageGrid` draws models that generate images from latents or translate images: "
                "those of kerasgan, and subclasses of `AdversarialModel` that say in `shown` what "
                f"there is to draw. Received: {type(model).__name__}"
            )
        self._images = _images_of(model)
        count, columns = self.rows, None
        if len(self._images) == 1:
            count, columns = self.rows * self.columns, self.columns
        self._inputs = model.showcase_inputs(self.inputs, count, self.seed, columns)

    def picture(self, number: int) -> np.ndarray:
        """The grid of the current weights."""
        images, rows, columns = self._arranged()
        scale = max(1, SMALLEST_TILE // min(images.shape[1:3]))
        return image_grid(images, rows, columns, padding=2 * min(scale, 2), scale=scale)

    def _arranged(self) -> tuple[np.ndarray, int, int]:
        """The images to draw and the rows and columns to draw them in."""
        model: Any = self.model  # On JAX this writes the training's state into the variables.
        names = [entry.name for entry in self._images]
        count = self.rows * (self.columns if len(names) == 1 else 1)
        made = model.showcase(self._inputs, count, self.seed)
        pictures = [_as_pictures(made[name]) for name in names]
        if len(pictures) == 1:
            return pictures[0], self.rows, self.columns
        deepest = max(column.shape[-1] for column in pictures)
        # Beside colours grey is a colour.
        columns = [np.broadcast_to(c, (*c.shape[:-1], deepest)) for c in pictures]
        images = np.stack(columns, axis=1)  # (rows, columns, height, width, channels)
        return images.reshape(-1, *images.shape[2:]), len(images), len(columns)


def _images_of(model: AdversarialModel) -> list[Entry]:
    """The columns to draw."""
    owner, shown = type(model).__name__, model.shown
    images = [entry for entry in shown if entry.kind == "image"]
    if not shown:
        raise TypeError(
            "`ImageGrid` draws models that generate images from latents or translate images, and "
            f"this game says of nothing, in `shown`, that it can be seen. Received: {owner}"
        )
    found = ", ".join(f"{e.plural} of shape {(None, *e.shape)} as {e.name!r}" for e in shown)
    if not images:
        raise ValueError(
            "`ImageGrid` draws images, and this model generates data that are none. Draw "
            f"points by `DensityPlot`, as a scatter plot. Received: {owner} with {found}"
        )
    channels = {entry.shape[-1] for entry in images}
    if len({entry.shape[:-1] for entry in images}) > 1 or len(channels - {1}) > 1:
        raise ValueError(
            "`ImageGrid` draws images side by side, of one size and as many channels, or one. Let "
            f"`showcase` resize them. Received: {owner} with {found}"
        )
    left_out = [entry.name for entry in shown if entry.kind not in ("image", "labels")]
    if left_out:
        warnings.warn(
            f"`ImageGrid` draws images, and leaves out what else {owner} shows. "
            f"Received: {left_out} of {found}",
            stacklevel=4,
        )
    _say_what_is_left_out(max(entry.shape[-1] or 0 for entry in images))
    return images


def _say_what_is_left_out(channels: int) -> None:
    if channels > MOST_PANELS:
        warnings.warn(
            f"`ImageGrid` draws the first {MOST_PANELS} channels of these images, side by side. "
            f"Received: images of {channels} channels",
            stacklevel=5,
        )


def _as_pictures(images: np.ndarray) -> np.ndarray:
    """Images that a file can hold: what has other channels becomes a panel for each."""
    channels = images.shape[-1]
    if channels in PICTURES:
        return images
    panels = [images[..., i : i + 1] for i in range(min(channels, MOST_PANELS))]
    return np.concatenate(panels, axis=2)  # (n, height, panels × width, 1)
