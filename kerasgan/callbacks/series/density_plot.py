"""Pictures of a game on the line or in the plane: where the data are, and what both players do."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.callbacks.series.density_figures import Scene, draw_line, draw_plane
from kerasgan.callbacks.series.picture_series import PictureSeries
from kerasgan.losses import Minimax, NonSaturating
from kerasgan.samples.in_batches import in_batches
from kerasgan.samples.shapes import check_positive_ints

ARROWS = 21
SIDE = 72  # Points at which the discriminator is asked, along each axis of the plane.
MARGIN = 0.25  # Of the range of the data, beyond it on each side.


class DensityPlot(PictureSeries):
    """Draws data, generated samples and the discriminator's function every few epochs or steps.

    On the line it is the drawing of the first paper on GANs: the density of the data (black,
    dotted), that of the generator (green) and the discriminator's function (blue, dashed), with
    arrows below from latents z to the samples that the generator makes of them. The thin grey curve
    is the best discriminator, p / (p + q) of both densities, where scores are probabilities.
    Densities are estimated from samples, both with one kernel. Of several latents the first runs
    along the arrows while the others are 0.

    In the plane real and generated samples are scattered over the level sets of the discriminator.

    Where the loss makes probabilities of scores (`Minimax`, `NonSaturating`), these are drawn, else
    the scores themselves. A game without a discriminator of such points is drawn without one.

    In `directory` stand one PNG for each time (`epoch_0001.png` or `step_000100.png`), the last of
    them as `latest.png`, and after training all of them as `progress.gif`. The training is not
    disturbed: no random stream of the model moves. The moving average of the generator is drawn
    where there is one. matplotlib draws: `pip install "kerasgan[plot]"`.

    Args:
        directory: Folder to write to; made if missing.
        real: Array `(n, 1)` or `(n, 2)` of real samples.
        every: Int, draws after each this many epochs or steps. Defaults to `1`.
        unit: `"epoch"` or `"step"`, as of `ImageGrid`. Defaults to `"epoch"`.
        samples: Int, generated samples, and real ones at most. Defaults to `1000`.
        seed: Int, seed of the latents, the same in all pictures. Defaults to `0`.
        limits: Pair of floats, the range of every axis. Defaults to `None`: that of `real` with a
            margin. Samples beyond it are counted in the legend.
        log_dir: Folder for TensorBoard, which shows the same pictures as `density_plot`. Defaults
            to `None`: none.
        gif: Bool, whether to write `progress.gif` after training. Defaults to `True`.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If `real` is of another shape, or the model generates something else.

    Example:

    ```python
    points = kerasgan.data.toy.ring(4096)
    plot = kerasgan.callbacks.DensityPlot("runs/ring", points, every=5)
    gan.fit(points, epochs=100, callbacks=[plot])
    ```

    Reference: [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661), figure 1.
    """

    tag = "density_plot"

    def __init__(
        self,
        directory: str | os.PathLike,
        real: Any,
        every: int = 1,
        unit: str = "epoch",
        samples: int = 1000,
        seed: int = 0,
        limits: Sequence[float] | None = None,
        log_dir: str | os.PathLike | None = None,
        gif: bool = True,
    ) -> None:
        super().__init__(directory, every, unit, log_dir, gif)
        if importlib.util.find_spec("matplotlib") is None:
            raise ImportError(
                'matplotlib draws these pictures. Install it: pip install "kerasgan[plot]". '
                "Received: an environment without matplotlib"
            )
        check_positive_ints(samples=samples)
        self.real = _checked_points(real)
        self.samples = samples
        self.seed = seed
        self.limits = _checked_limits(limits)

    def prepare(self) -> None:
        """Fixes latents, real samples, range, and the places where the discriminator is asked."""
        model = self.model
        if not hasattr(model, "sample_latents"):
            raise TypeError(
                "`DensityPlot` draws models that generate points from latents. "
                f"Received: {type(model).__name__}"
            )
        network = model.inference_network(next(iter(model.generators)))
        dimensions = self.real.shape[1]
        if tuple(network.output_shape) != (None, dimensions):
            raise ValueError(
                "The model generates something else than `real` holds. Draw images by `ImageGrid`. "
                f"Received: a generator with outputs of shape {tuple(network.output_shape)}, and "
                f"real of shape {self.real.shape}"
            )
        self._inputs = model.sample_inputs(self.samples, self.seed)
        count = min(self.samples, len(self.real))
        self._real = self.real[np.linspace(0, len(self.real) - 1, count).astype(int)]
        self._ranges = self._axis_ranges(dimensions)
        side = SIDE if dimensions == 2 else 4 * SIDE
        axes = [np.linspace(low, high, side, dtype="float32") for low, high in self._ranges]
        self._places = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, dimensions)

    def picture(self, number: int) -> np.ndarray:
        """The picture of the current weights."""
        model = self.model  # on JAX this writes the state of the training back into the variables
        network = model.inference_network(next(iter(model.generators)))
        scores, are_probabilities = self._scores(model)
        scene = Scene(
            title=f"{self.unit} {number}",
            ranges=self._ranges,
            real=self._real,
            fake=_predict(network, self._inputs),
            places=self._places,
            scores=scores,
            are_probabilities=are_probabilities,
        )
        if len(self._ranges) == 2:
            return draw_plane(scene)
        latents = self._latents_along_the_first()
        inputs = latents
        if getattr(model, "num_classes", None) is not None:
            inputs = model.sample_inputs(ARROWS, self.seed)
            inputs[0] = latents
        return draw_line(scene, latents[:, 0], _predict(network, inputs)[:, 0])

    def _scores(self, model: keras.Model) -> tuple[np.ndarray | None, bool]:
        """What the discriminator says of the places, and whether as probabilities."""
        judge: Any = getattr(model, "discriminator", None)
        fits = isinstance(judge, keras.Model) and len(judge.inputs or ()) == 1
        if not fits or tuple(judge.input_shape[1:]) != self._places.shape[1:]:
            return None, False
        # Several scores of a sample, as of patches or ensembles, are judged by their mean.
        scores = _predict(judge, self._places).reshape(len(self._places), -1).mean(axis=1)
        # Numbers that can be drawn, also of a training that went wrong.
        scores = np.clip(np.nan_to_num(scores), -1e6, 1e6)
        rules = getattr(model, "rules", None)
        if isinstance(getattr(rules, "loss", None), Minimax | NonSaturating):
            return 0.5 + 0.5 * np.tanh(0.5 * scores), True  # The sigmoid, without overflow.
        return scores, False

    def _latents_along_the_first(self) -> np.ndarray:
        model: Any = self.model
        reach = 1.0 if model.latent_distribution == "uniform" else 2.5
        latents = np.zeros((ARROWS, model.latent_dim), "float32")
        latents[:, 0] = np.linspace(-reach, reach, ARROWS)
        return latents

    def _axis_ranges(self, dimensions: int) -> list[tuple[float, float]]:
        if self.limits is not None:
            return [self.limits] * dimensions
        low, high = self.real.min(axis=0), self.real.max(axis=0)
        margin = MARGIN * np.maximum(high - low, 1e-3)
        return [(float(a), float(b)) for a, b in zip(low - margin, high + margin, strict=True)]


def _predict(network: keras.Model, inputs: Any) -> np.ndarray:
    count = len(keras.tree.flatten(inputs)[0])
    return in_batches(network.predict_on_batch, inputs, count)


def _checked_points(real: Any) -> np.ndarray:
    points = np.asarray(ops.convert_to_numpy(real), "float32")
    if points.ndim != 2 or points.shape[1] not in (1, 2) or len(points) < 2:
        raise ValueError(
            "`real` must be an array of points on the line, (n, 1), or in the plane, (n, 2). "
            f"Received: real of shape {points.shape}"
        )
    return points


def _checked_limits(limits: Sequence[float] | None) -> tuple[float, float] | None:
    if limits is None:
        return None
    if len(limits) != 2 or not limits[0] < limits[1]:
        raise ValueError(
            f"`limits` must be a pair (low, high) of floats. Received: limits={limits!r}"
        )
    return float(limits[0]), float(limits[1])
