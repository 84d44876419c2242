"""Pictures of what a generator has learnt, while it learns."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from kerasgan.callbacks.series.picture_series import PictureSeries
from kerasgan.engine.intake.as_samples import as_columns, as_samples
from kerasgan.engine.intake.kinds import is_data_set
from kerasgan.ops.images import image_grid
from kerasgan.samples.in_batches import in_batches
from kerasgan.samples.shapes import check_positive_ints

SMALLEST_TILE = 64  # pixels; smaller images are drawn larger, to be seen
PICTURES = (1, 3, 4)  # channels that a picture may have
MOST_PANELS = 16


class ImageGrid(PictureSeries):
    """Draws a grid of generated images every few epochs or steps.

    A generative model draws the same latents each time, so that one sees how each image becomes
    what it is; one that knows classes draws another class in each column. A translator draws the
    same `inputs` each time, in six columns: an image of x, its translation, its reconstruction, and
    the same for an image of y. The moving average of the generator is drawn where there is one.
    Images of a model that grows are drawn as large as those of its last stage.
    Images of 2 channels, or of 5 and more, are drawn by channel: in grey, side by side, at most 16.

    In `directory` stand one PNG for each time (`epoch_0001.png` or `step_000100.png`), the last of
    them as `latest.png`, and after training all of them as `progress.gif`. The training is not
    disturbed: no random stream of the model moves.

    Args:
        directory: Folder to write to, `~` being the home folder; made if missing.
        every: Int, draws after each this many epochs or steps. Defaults to `1`.
        unit: `"epoch"` or `"step"`. With `steps_per_execution` greater than 1 a grid is drawn when
            a multiple of `every` has been passed, and bears the number of the step reached.
            Defaults to `"epoch"`.
        rows: Int, rows of the grid; for a translator the number of inputs drawn of each domain.
            Defaults to `4`.
        columns: Int, columns of the grid; a translator has always six. Defaults to `8`.
        seed: Int, seed of the latents. Defaults to `0`.
        inputs: Pair `(x, y)` of arrays of shape `(n, height, width, channels)` in [-1, 1], or of
            data sets of them, or a data set of such pairs, of which the first are drawn; for a
            translator, which needs it. Defaults to `None`.
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
        self._fixed: list[np.ndarray] = []
        self._inputs: Any = None

    def prepare(self) -> None:
        """Fixes the latents, or the inputs, of which images are made."""
        if self._is_translator():
            self._fixed = _checked_inputs(self.inputs, self.rows)
            _say_what_is_left_out(self._fixed[0].shape[-1])
        else:
            self._inputs = self._fixed_inputs()

    def picture(self, number: int) -> np.ndarray:
        """The grid of the current weights."""
        images, rows, columns = self._images()
        images = _as_pictures(images)
        scale = max(1, SMALLEST_TILE // min(images.shape[1:3]))
        return image_grid(images, rows, columns, padding=2 * min(scale, 2), scale=scale)

    def _images(self) -> tuple[np.ndarray, int, int]:
        """The images to draw and the rows and columns to draw them in."""
        model = self.model  # on JAX this writes the state of the training back into the variables
        if not self._is_translator():
            name = next(iter(model.generators))
            predict, count = (
                model.inference_network(name).predict_on_batch,
                self.rows * self.columns,
            )
            images = model.at_last_stage(in_batches(predict, self._inputs, count), name)
            return images, self.rows, self.columns
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

    def _fixed_inputs(self) -> Any:
        network = self.model.inference_network(next(iter(self.model.generators)))
        shape = tuple(network.output_shape)
        if len(shape) != 4:
            raise ValueError(
                "`ImageGrid` draws images, and this model generates data that are none. Draw "
                "points by `DensityPlot`, as a scatter plot. "
                f"Received: a generator with outputs of shape {shape}"
            )
        _say_what_is_left_out(shape[-1])
        labels = None
        classes = getattr(self.model, "num_classes", None)
        if classes is not None:
            labels = np.tile(np.arange(self.columns) % classes, self.rows)
        return self.model.sample_inputs(self.rows * self.columns, self.seed, labels)


def _say_what_is_left_out(channels: int) -> None:
    if channels > MOST_PANELS:
        warnings.warn(
            f"`ImageGrid` draws the first {MOST_PANELS} channels of these images, side by side. "
            f"Received: images of {channels} channels",
            stacklevel=4,
        )


def _as_pictures(images: np.ndarray) -> np.ndarray:
    """Images that a file can hold: what has other channels becomes a panel for each."""
    channels = images.shape[-1]
    if channels in PICTURES:
        return images
    panels = [images[..., i : i + 1] for i in range(min(channels, MOST_PANELS))]
    return np.concatenate(panels, axis=2)  # (n, height, panels × width, 1)


def _checked_inputs(inputs: Sequence[Any] | None, rows: int) -> list[np.ndarray]:
    """The first images of both domains, as many of the one as of the other."""
    expected = (
        "`ImageGrid` draws a translator with `inputs=(x, y)`, two arrays of images of the same "
        "shape (n, height, width, channels) in [-1, 1]. "
    )
    if is_data_set(inputs):
        inputs = as_columns("inputs", inputs, rows)
    if inputs is None or len(inputs) != 2:
        received = "None" if inputs is None else f"{len(inputs)} arrays"
        raise ValueError(f"{expected}Received: inputs={received}")
    inputs = [as_samples("inputs", images, rows) for images in inputs]
    count = min(rows, len(inputs[0]), len(inputs[1]))
    x, y = (ops.convert_to_numpy(images[:count]).astype("float32") for images in inputs)
    if x.ndim != 4 or x.shape != y.shape:
        raise ValueError(f"{expected}Received: shapes {x.shape} and {y.shape}")
    return [x, y]
